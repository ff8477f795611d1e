//! What behaviours are given where they are asked.

use pervade::Ruleset;

#[test]
fn what_questions_about_events_are_given_is_read() {
    let rules = Ruleset::from_text(
        "ruleset demo
         context { film: string, other: string, again: bool }
         event viewed { film: string }
         behaviour saw(f: string) = viewed where (film == f) in last 3 days
         behaviour twice(f: string) = count saw(f) >= 2
         segment s = saw(film)
         segment t = twice(film) or again and saw(other)
         decision d -> bool { when saw(film if again otherwise other) => true otherwise => false }",
    )
    .unwrap();
    let reads = |name: &str, again: bool| {
        let context = rules.context().now("2026-03-06T18:00:00Z".parse().unwrap());
        let context = context
            .json(&format!(
                r#"{{ "film": "a", "other": "b", "again": {again} }}"#
            ))
            .unwrap();
        let context = context.history(&rules.history()).build().unwrap();
        let decision = rules.decision::<bool>(name).unwrap();
        decision.decide(&context).unwrap().depends_on().join(" ")
    };
    assert_eq!(reads("s", true), "film now");
    assert_eq!(reads("t", false), "film again now");
    assert_eq!(reads("t", true), "film other again now");
    assert_eq!(reads("d", true), "film again now");
    assert_eq!(reads("d", false), "other again now");
}
