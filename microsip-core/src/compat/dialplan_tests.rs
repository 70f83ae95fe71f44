use proptest::prelude::*;

use super::DialPlan;

const FIRST: &str = "(<:1>[2-9]xxxxxx|<0:0049>x.|xxx)";
const SECOND: &str = "<+:00>x.|<9:>x.|[1-8]xxx|*xx";

/// The examples of reference section 3.2, after the clean-up of section 3.1: number, matching alternative, result.
#[test]
fn the_examples_of_the_reference() {
    for (plan, input, expected) in [
        (FIRST, "5551234", Some((1, "15551234"))),
        (FIRST, "03012345", Some((2, "00493012345"))),
        (FIRST, "112", Some((3, "112"))),
        (FIRST, "bob", Some((3, "bob"))),
        (FIRST, "12345", None),
        (SECOND, "+442071234567", Some((1, "00442071234567"))),
        (SECOND, "90301234", Some((2, "0301234"))),
        (SECOND, "2345", Some((3, "2345"))),
        (SECOND, "*72", Some((4, "*72"))),
        (SECOND, "234", None),
        ("1.", "111", Some((1, "111"))),
        ("1.", "10", None),
    ] {
        let found = DialPlan::parse(plan).unwrap().explain(input);
        let found = found.as_ref().map(|m| (m.alternative, m.result.as_str()));
        assert_eq!(found, expected, "{plan} on {input}");
    }
}

#[test]
fn every_symbol() {
    for (plan, input, expected) in [
        ("", "anything", Some("anything")),
        (" (( ) ", "anything", Some("anything")),
        (" ( 12 ) ", "12", Some("12")),
        // x is any character, and case counts elsewhere.
        ("xX", "a@", Some("a@")),
        ("a", "A", None),
        // Several replacements, empty sides, a colon in the second part, patterns in the first.
        ("<0:>1<:9>x.<5:7>", "012345", Some("192347")),
        ("<[89]x:a:b>x.", "8712", Some("a:b12")),
        ("<x:>", "5", Some("")),
        // Without a colon, and empty.
        ("<12>3", "123", Some("123")),
        ("<*7>1", "*71", Some("*71")),
        ("<>12", "12", Some("12")),
        // * and + are themselves only in front.
        ("+1x*", "+1", Some("+1")),
        ("+1x*", "+1234", Some("+1234")),
        ("*1", "*1", Some("*1")),
        ("1*", "1*", None),
        ("1+", "111", Some("111")),
        ("1+", "", None),
        ("<+:00>1", "+1", Some("001")),
        ("2<+:00>1", "2+1", Some("2001")),
        ("*.1", "***1", Some("***1")),
        // Optional, escaped, negated, grouped.
        ("12?3", "13", Some("13")),
        ("<0:9>?12", "12", Some("12")),
        ("<0:9>?12", "012", Some("912")),
        (r"1\.2", "1.2", Some("1.2")),
        (r"\x\*", "x*", Some("x*")),
        (r"\x", "y", None),
        ("!0x.", "123", Some("123")),
        ("!0x.", "023", None),
        ("![01]x", "12", None),
        ("[^01]x", "22", Some("22")),
        ("[^01]x", "12", None),
        ("{12}+", "1212", Some("1212")),
        ("0(12).3", "012123", Some("012123")),
        // Classes hold their symbols literally.
        ("[x.*]", "5", None),
        ("[x.*]", "*", Some("*")),
        ("[-a]", "-", Some("-")),
        ("[a-]", "-", Some("-")),
        (r"[\]]", "]", Some("]")),
        // Characters that mean something to regular expressions only.
        ("^1$", "1", None),
        ("^1$", "^1$", Some("^1$")),
        ("a&&b#~-", "a&&b#~-", Some("a&&b#~-")),
        // The whole text, across lines and alphabets.
        ("xx", "ü\n", Some("ü\n")),
        ("12", "123", None),
        ("12||3", "3", Some("3")),
        // Timers are letters here.
        ("12T", "12", None),
        // The first alternative wins.
        ("1x<:a>|<:b>12", "12", Some("12a")),
    ] {
        let got = DialPlan::parse(plan).unwrap().apply(input);
        assert_eq!(got.as_deref(), expected, "{plan:?} on {input:?}");
    }
}

#[test]
fn wrong_plans_are_refused_with_the_reason() {
    for (plan, part) in [
        ("1|.2", "nothing stands before '.'"),
        ("?2", "nothing stands before '?'"),
        ("<>.", "nothing stands before"),
        ("[", "not closed"),
        ("[]", "empty"),
        ("[9-0]", "backwards"),
        ("1]", "closes nothing"),
        ("1>2", "closes nothing"),
        ("<1", "not closed"),
        ("<1:2", "not closed"),
        ("<1<2:3>:4>", "inside another"),
        ("<0:1>.", "cannot be repeated"),
        ("{<0:1>}+2", "cannot be repeated"),
        ("(1|2)xx", "alternatives inside parentheses"),
        ("1(2|3)4", "is missing"),
        ("1\\", "nothing follows"),
        ("!x", "stands before one character"),
        ("!", "stands before one character"),
        ("1\n2", "control"),
    ] {
        let error = DialPlan::parse(plan).unwrap_err();
        assert!(error.message().contains(part), "{plan:?}: {error}");
    }
    assert!(DialPlan::parse(&"x".repeat(5000)).is_err());
    assert!(DialPlan::parse(&format!("1{}2{}", "{".repeat(2000), "}".repeat(2000))).is_err());
}

#[test]
fn matching_is_linear() {
    // Exponential in a backtracking engine.
    let plan = DialPlan::parse(&format!("{}b", "{1.}.".repeat(20))).unwrap();
    let begun = std::time::Instant::now();
    assert_eq!(plan.apply(&"1".repeat(900)), None);
    assert!(begun.elapsed().as_secs() < 5);
}

proptest! {
    #[test]
    fn no_plan_and_no_number_panics(plan in r"[x0-9.<>:|*+?!\\\[\]{}()^-]{0,40}", input in ".{0,40}") {
        if let Ok(plan) = DialPlan::parse(&plan) {
            let _ = plan.apply(&input);
        }
    }

    #[test]
    fn a_plan_without_replacements_changes_nothing(plan in r"[x0-9.|]{1,20}", input in "[0-9]{1,12}") {
        if let Ok(plan) = DialPlan::parse(&plan)
            && let Some(result) = plan.apply(&input)
        {
            prop_assert_eq!(result, input);
        }
    }
}
