//! The oracle.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod generate;
mod generate_cond;
mod generate_context;
mod generate_def;
mod generate_expr;
mod generate_table;
mod generate_types;
mod given;
mod number;
mod reference;
mod tape;

#[test]
fn show() {
    for seed in 10..13 {
        let case = tape::Case::from_seed(seed, 2);
        let made = generate::generate(&case);
        println!("{}", made.text());
        for (c, t) in &made.contexts {
            println!("{} {}", c.json(), t.json());
        }
    }
}
