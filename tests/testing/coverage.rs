//! Which rules, rows and branches tests reach.

use super::report;

#[test]
fn rules_rows_and_branches_are_counted() {
    let report = report(
        "test \"a\" { given ann but mood: angry expect assistance == person expect discount == 0 }
         test \"b\" { given ann expect discount == 10% }",
    );
    assert!(report.is_ok(), "{report}");
    let coverage = report.coverage();
    let pair = |share: pervade::testing::Share| (share.covered, share.of);
    assert_eq!(pair(coverage.rules()), (1, 5), "{coverage}");
    assert_eq!(pair(coverage.rows()), (2, 3), "{coverage}");
    let text = coverage.to_string();
    for line in [
        "`lost` of `assistance` was never asked",
        "row 1 of `discount` never held",
        "`mood == angry` was never false",
        "`customer.visits >= 4` was never false",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    let regular = coverage.parts().iter().find(|p| p.definition == "regular");
    let regular = regular.expect("the segment");
    assert_eq!(
        (regular.tried, regular.held, regular.conditions.len()),
        (2, 1, 2)
    );
}

#[test]
fn all_is_covered_by_enough_tests() {
    let report = report(
        "test \"lines\" {
            given customer.id: \"c1\"
            | mood, customer.visits => assistance
            | angry, 0 => person
            | confused, 3 => chat
            | confused, 2 => none
            | calm, 2 => none
         }
         test \"table\" {
            given ann
            | customer.home, customer.visits, mood => discount
            | { city: \"Rome\" }, -, -    => 15%
            | { city: \"Bath\" }, -, -    => 10%
            | -, 0, -      => 0
            | -, -, angry  => 0
         }
         test \"greets\" { on web expect greeting == \"hello\" on kiosk expect greeting == \"welcome\" }",
    );
    assert!(report.is_ok(), "{report}");
    let left = report.coverage().to_string();
    assert_eq!(left, "rules: 5 of 5\nrows: 3 of 3\nbranches: 18 of 18\n");
}

#[test]
fn lcov_has_lines_and_branches() {
    let lcov = report("test \"a\" { given ann but mood: angry expect assistance == person }");
    let lcov = lcov.coverage().lcov();
    let lines: Vec<&str> = lcov.lines().collect();
    assert_eq!(
        (lines[0], lines[lines.len() - 1]),
        ("SF:rules.pvd", "end_of_record")
    );
    let asked = super::RULES
        .lines()
        .position(|l| l.contains("upset:"))
        .expect("the rule")
        + 1;
    assert!(
        lcov.contains(&format!("DA:{asked},1\nDA:{},0\n", asked + 1)),
        "{lcov}"
    );
    assert!(lcov.contains(&format!("BRDA:{asked},2,0,1\n")), "{lcov}");
    assert!(lcov.contains(&format!("BRDA:{asked},2,1,0\n")), "{lcov}");
    assert!(lcov.contains(",-\n"), "{lcov}");
}

/// Behaviours are named conditions, and what they ask of events are their conditions.
#[test]
fn behaviours_seen_true_and_false() {
    let rules = pervade::Compiler::new().tests(true).text(
        "ruleset shop
         event visit { page: string }
         event order {}
         behaviour fresh = visit in last 1 day
         behaviour keen = count visit in last 7 days >= 2 and no order in last 7 days
         behaviour shopper = ever order
         behaviour visits = count visit in last 7 days
         behaviour of_page(p: string) = visit where (page == p) in last 7 days
         segment hot = fresh and keen
         test \"nobody\" { now 2026-03-06T18:00:00Z expect not hot expect not keen }
         test \"ann\" {
             now 2026-03-06T18:00:00Z
             event visit { page: \"home\" } 1 hour ago
             event visit { page: \"cart\" } 2 hours ago
             expect hot
             expect of_page(\"cart\")
         }",
    );
    let rules = rules.unwrap_or_else(|error| panic!("{error}"));
    let report = pervade::testing::run(&rules);
    assert!(report.is_ok(), "{report}");
    let coverage = report.coverage();
    let counts = |name: &str| {
        let part = coverage.parts().iter().find(|p| p.definition == name)?;
        let conditions = part.conditions.iter();
        let seen: Vec<(u64, u64)> = conditions.map(|c| (c.seen_true, c.seen_false)).collect();
        Some((part.kind, part.tried, part.held, seen))
    };
    assert_eq!(counts("fresh"), Some(("behaviour", 2, 1, vec![(1, 1)])));
    assert_eq!(
        counts("keen"),
        Some(("behaviour", 2, 1, vec![(1, 1), (0, 1)]))
    );
    // What gives no condition, or has parameters, is no part.
    assert_eq!((counts("visits"), counts("of_page")), (None, None));
    let text = coverage.to_string();
    for line in [
        "`shopper` was never asked",
        "`order in last 7 days` was never true",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}
