//! Every function of the header is called wrongly, by a program that is generated from the header: with NULLs and zeros, with handles
//! that are made up, of another kind, freed, and whose objects have ended; with numbers that are no enumeration's and texts that are
//! no UTF-8; and after close. Each answers a status that is no defect of ours, under the sanitizers.
#![allow(clippy::unwrap_used, reason = "a failed test may panic")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

use common::{Function, Mode, compile, crate_dir, execute, folder, functions, handles};

/// How the arguments of one call are chosen.
#[derive(Clone, Copy, PartialEq)]
enum Round {
    /// NULL, 0 and false everywhere.
    Zeros,
    /// Handles that were never given out; pointers are fine.
    Forged,
    /// Live handles of another kind.
    WrongKind,
    /// Handles that were freed.
    Freed,
    /// Live handles where there are some, NULL pointers.
    LiveNull,
    /// Live handles, texts that are no UTF-8, numbers at their ends, enumerations that are none.
    LiveWild,
    /// Live handles, for what ends their objects.
    Ends,
}

/// What would end the objects that the other calls need, or start another engine, with this user's settings.
const ENDS: &[&str] = &[
    "microsip_call_hang_up",
    "microsip_call_hang_up_with",
    "microsip_endpoint_hang_up_all",
    "microsip_account_remove",
    "microsip_endpoint_close",
    "microsip_phone_start",
];

struct Generator {
    handles: BTreeMap<String, u32>,
    /// Types that `microsip_x_new(&x)` makes.
    made: BTreeSet<String>,
    /// Types that the engine's objects may give, with the calls that ask for them, in an order in which each has what it needs.
    given: Vec<(String, String)>,
}

impl Generator {
    fn is_enum(&self, kind: &str) -> bool {
        kind.starts_with("microsip_") && kind.ends_with("_t") && !self.handles.contains_key(kind) && !is_callback(kind)
    }

    fn argument(&self, function: &Function, kind: &str, name: &str, round: Round) -> String {
        let live = matches!(round, Round::LiveNull | Round::LiveWild | Round::Ends);
        if let Some(number) = self.handles.get(kind) {
            return match round {
                Round::Zeros => format!("({kind}){{0}}"),
                Round::Forged => format!("({kind}){{UINT64_C({number}) << 56 | UINT64_C(0xbad00bad0bad)}}"),
                Round::WrongKind => format!("({kind}){{live_config.token}}"),
                Round::Freed => format!("({kind}){{freed({number})}}"),
                _ if self.is_live(kind) => live_name(kind),
                _ => format!("({kind}){{0}}"),
            };
        }
        if is_callback(kind) {
            return if matches!(round, Round::Zeros | Round::LiveNull | Round::Ends) {
                "NULL".into()
            } else {
                callback(kind).into()
            };
        }
        if kind.ends_with('*') {
            return match round {
                Round::Zeros | Round::LiveNull | Round::Ends => "NULL".into(),
                _ if kind == "const char *" && round == Round::LiveWild => "\"\\xff\\xfe\"".into(),
                _ if kind == "const char *" => "\"x\"".into(),
                _ if kind == "const char *const *" => "texts".into(),
                _ if kind.starts_with("const ") => format!("({kind})(const void *)room"),
                _ if kind == "void *" => "NULL".into(),
                _ => format!("({kind})(void *)room"),
            };
        }
        let number = match (kind, round) {
            // Nobody would come to end a wait.
            (_, _) if name.contains("timeout") => "1",
            ("bool", _) => "true",
            ("double" | "float", Round::LiveWild) => "NAN",
            // As much as there is room for; longer is between the caller and the hardware.
            ("size_t", _) if live && length_of_memory(function, name) => "0",
            ("size_t", _) if length_of_memory(function, name) => "1",
            (_, Round::Zeros) => "0",
            (_, Round::LiveWild) if self.is_enum(kind) => "0x7fffffff",
            ("uint32_t", Round::LiveWild) => "UINT32_MAX",
            ("uint16_t", Round::LiveWild) => "UINT16_MAX",
            ("uint8_t", Round::LiveWild) => "UINT8_MAX",
            ("int64_t", Round::LiveWild) => "INT64_MIN",
            ("uint64_t", Round::LiveWild) => "UINT64_MAX",
            ("size_t", Round::LiveWild) => "SIZE_MAX",
            _ => "1",
        };
        format!("({kind}){number}")
    }

    fn is_live(&self, kind: &str) -> bool {
        self.made.contains(kind) || is_main_object(kind) || self.given.iter().any(|(given, _)| given == kind)
    }

    /// Finds out which objects can be asked of those that are there.
    fn find_given(&mut self, all: &[Function]) {
        loop {
            let before = self.given.len();
            for function in all.iter().filter(|f| !ENDS.contains(&f.name.as_str())) {
                let Some((out, parameters)) = function.parameters.split_last() else {
                    continue;
                };
                let kind = out.0.trim_end_matches('*').trim();
                let plain = parameters
                    .iter()
                    .all(|(kind, _)| !kind.ends_with('*') || kind.starts_with("const "));
                if !out.0.ends_with('*') || !self.handles.contains_key(kind) || !plain {
                    continue;
                }
                let there = |kind: &str| self.is_live(kind) || kind.ends_with("_options_t");
                let first = parameters
                    .first()
                    .is_none_or(|(kind, _)| !self.handles.contains_key(kind) || there(kind));
                let own = parameters.first().is_some_and(|(first, _)| first == kind);
                if !first || own || self.made.contains(kind) || is_main_object(kind) {
                    continue;
                }
                let arguments: Vec<String> = parameters
                    .iter()
                    .map(|(kind, name)| self.plausible(kind, name))
                    .collect();
                let live = live_name(kind);
                let call = format!(
                    "if (!{live}.token) (void){}({}&{live});",
                    function.name,
                    arguments.iter().map(|one| format!("{one}, ")).collect::<String>()
                );
                if !self.given.iter().any(|(_, known)| *known == call) {
                    self.given.push((kind.to_owned(), call));
                }
            }
            if self.given.len() == before {
                return;
            }
        }
    }

    /// What a program that means it well could give.
    fn plausible(&self, kind: &str, name: &str) -> String {
        if self.handles.contains_key(kind) {
            return if self.is_live(kind) {
                live_name(kind)
            } else {
                format!("({kind}){{0}}")
            };
        }
        match kind {
            "const char *" if ["target", "uri", "aor", "contact"].contains(&name) => "\"sip:x@127.0.0.1:9\"".into(),
            "const char *" if name == "path" => "\"misuse.wav\"".into(),
            "const char *" => "\"x\"".into(),
            "const char *const *" => "texts".into(),
            _ if kind.ends_with('*') => format!("({kind})(const void *)room"),
            _ if is_callback(kind) => "NULL".into(),
            _ if name == "index" => "0".into(),
            _ => format!("({kind})1"),
        }
    }

    /// A call with NULL for the first of several out-parameters, which zeroes the others all the same.
    fn first_missing(&self, function: &Function) -> Option<String> {
        let is_out = |(kind, _): &&(String, String)| {
            let inner = kind.strip_suffix('*').map_or("", str::trim);
            let constant = inner.starts_with("const ") && !inner.ends_with('*');
            !["", "void", "microsip_frame_t"].contains(&inner) && !constant
        };
        let outs = function.parameters.iter().rev().take_while(is_out).count();
        if outs < 2 {
            return None;
        }
        let begin = function.parameters.len() - outs;
        let mut arguments = Vec::new();
        let mut checks = String::new();
        for (n, (kind, name)) in function.parameters.iter().enumerate() {
            arguments.push(match n {
                n if n < begin => self.argument(function, kind, name, Round::Zeros),
                n if n == begin => "NULL".to_owned(),
                n => {
                    let bare = kind.strip_suffix('*').unwrap_or_default().trim();
                    write!(checks, " zeroed({:?}, room + {n}, sizeof({bare}));", function.name).unwrap();
                    format!("({kind})(void *)(room + {n})")
                }
            });
        }
        Some(format!(
            "    memset(room, 0x5a, sizeof room); (void){}({});{checks}\n",
            function.name,
            arguments.join(", ")
        ))
    }

    fn call(&self, function: &Function, round: Round) -> String {
        let arguments: Vec<String> = function
            .parameters
            .iter()
            .map(|(kind, name)| self.argument(function, kind, name, round))
            .collect();
        format!("{}({})", function.name, arguments.join(", "))
    }

    /// What the call must answer: one of the enumeration in the prologue.
    fn demand(&self, function: &Function, round: Round) -> &'static str {
        let first_is_handle = function
            .parameters
            .first()
            .is_some_and(|(kind, _)| self.handles.contains_key(kind));
        // With more than one handle either may be looked at first.
        let more = function.parameters.iter().skip(1).any(|(kind, _)| {
            let bare = kind.trim_start_matches("const ").trim_end_matches('*').trim();
            self.handles.contains_key(bare) && (!kind.ends_with('*') || kind.starts_with("const "))
        });
        let frees = frees(function);
        match round {
            Round::Zeros if frees => "WORKS",
            Round::Zeros if first_is_handle => "FAILS",
            _ if more => "ANY",
            Round::Forged if first_is_handle => "INVALID",
            Round::WrongKind if first_is_handle => "WRONG",
            Round::Freed if first_is_handle => "STALE",
            _ => "ANY",
        }
    }
}

fn is_callback(kind: &str) -> bool {
    kind.ends_with("_callback_t") && kind != "microsip_callback_t" || kind == "microsip_destroy_t"
}

fn callback(kind: &str) -> &'static str {
    match kind {
        "microsip_destroy_t" => "destroy",
        "microsip_event_callback_t" => "on_event",
        _ => "NULL",
    }
}

fn is_main_object(kind: &str) -> bool {
    [
        "microsip_endpoint_t",
        "microsip_account_t",
        "microsip_call_t",
        "microsip_events_t",
        "microsip_event_t",
    ]
    .contains(&kind)
}

fn live_name(kind: &str) -> String {
    format!("live_{}", kind.trim_start_matches("microsip_").trim_end_matches("_t"))
}

/// A `size_t` beside a pointer to what is read or written.
fn length_of_memory(function: &Function, name: &str) -> bool {
    let at = function.parameters.iter().position(|(_, n)| n == name).unwrap_or(0);
    at > 0 && function.parameters[at - 1].0.ends_with('*') && !function.parameters[at - 1].0.contains("char")
}

fn program() -> String {
    let header = fs::read_to_string(crate_dir().join("include/microsip.h")).unwrap();
    let all: Vec<Function> = functions(&header);
    let handles = handles();
    for function in &all {
        for (kind, _) in &function.parameters {
            let bare = kind.trim_end_matches('*').trim().trim_start_matches("const ").trim();
            let known = !bare.ends_with("_t")
                || !bare.starts_with("microsip_")
                || handles.contains_key(bare)
                || header.contains(&format!("{bare};"))
                || header.contains(&format!("(*{bare})"));
            assert!(known, "{}: what is {kind}?", function.name);
        }
    }
    let made = handles
        .keys()
        .filter(|kind| {
            let new = format!("{}_new", kind.trim_end_matches("_t"));
            all.iter().any(|f| f.name == new && f.parameters.len() == 1)
        })
        .cloned()
        .collect();
    let mut generator = Generator {
        handles,
        made,
        given: Vec::new(),
    };
    generator.find_given(&all);
    let given: BTreeSet<&String> = generator.given.iter().map(|(kind, _)| kind).collect();
    let mut text = String::from(PROLOGUE);
    for kind in generator.made.iter().chain(given.iter().copied()) {
        writeln!(text, "static {kind} {};", live_name(kind)).unwrap();
    }
    text.push_str("static void ask_for_objects(void) {\n");
    for (_, call) in &generator.given {
        writeln!(text, "    {call}").unwrap();
    }
    text.push_str("}\nstatic unsigned free_objects(void) {\n    unsigned live = 0;\n");
    for kind in &given {
        let live = live_name(kind);
        writeln!(
            text,
            "    live += {live}.token != 0;\n    OK({}_free({live}));",
            kind.trim_end_matches("_t")
        )
        .unwrap();
    }
    text.push_str("    return live;\n}\n");
    text.push_str("static void make_settings(void) {\n");
    for kind in &generator.made {
        writeln!(
            text,
            "    OK({}_new(&{}));",
            kind.trim_end_matches("_t"),
            live_name(kind)
        )
        .unwrap();
    }
    text.push_str("}\nstatic void free_settings(void) {\n");
    for kind in &generator.made {
        writeln!(
            text,
            "    OK({}_free({}));",
            kind.trim_end_matches("_t"),
            live_name(kind)
        )
        .unwrap();
    }
    text.push_str("}\n");
    let rounds = [
        ("zeros", Round::Zeros),
        ("forged", Round::Forged),
        ("wrong_kind", Round::WrongKind),
        ("freed_handles", Round::Freed),
        ("live_null", Round::LiveNull),
        ("live_wild", Round::LiveWild),
        ("ends", Round::Ends),
    ];
    for (name, round) in rounds {
        let mut part = 0;
        let calls: Vec<String> = all
            .iter()
            .filter(|f| f.returns == "microsip_status_t" && wanted(f, round))
            .map(|f| {
                let call = generator.call(f, round);
                format!(
                    "    judge({:?}, {}, {call});\n",
                    format!("{name}: {}", f.name),
                    generator.demand(f, round)
                )
            })
            .collect();
        // Compilers take very long for one function of thousands of calls.
        for calls in calls.chunks(100) {
            writeln!(text, "static void {name}_{part}(void) {{\n{}}}", calls.concat()).unwrap();
            part += 1;
        }
        writeln!(text, "static void {name}(void) {{").unwrap();
        for part in 0..part {
            writeln!(text, "    {name}_{part}();").unwrap();
        }
        text.push_str("}\n");
    }
    let missing: Vec<String> = all.iter().filter_map(|f| generator.first_missing(f)).collect();
    assert!(
        missing.len() > 20,
        "{} functions with several out-parameters",
        missing.len()
    );
    writeln!(text, "static void first_missing(void) {{\n{}}}", missing.concat()).unwrap();
    text.push_str(EPILOGUE);
    text
}

/// `microsip_x_free(microsip_x_t)`.
fn frees(function: &Function) -> bool {
    let handle = function.parameters.first().map(|(kind, _)| kind.trim_end_matches('t'));
    handle.is_some_and(|handle| function.name == format!("{handle}free"))
}

/// Not what would end the objects the other calls need.
fn wanted(function: &Function, round: Round) -> bool {
    let ends = ENDS.contains(&function.name.as_str());
    match round {
        Round::LiveNull | Round::LiveWild => !frees(function) && !ends,
        Round::Ends => ends && function.name != "microsip_phone_start",
        // The live handle of another kind is one of these.
        Round::WrongKind => function
            .parameters
            .first()
            .is_none_or(|(kind, _)| kind != "microsip_endpoint_config_t"),
        _ => true,
    }
}

const PROLOGUE: &str = r#"/* Generated from microsip.h by tests/misuse.rs. */
#include "check.h"
#include <math.h>

static long double room[256];
static const char *const texts[1] = {"x"};
static microsip_endpoint_t live_endpoint;
static microsip_account_t live_account;
static microsip_call_t live_call;
static microsip_events_t live_events;
static microsip_event_t live_event;
static microsip_endpoint_config_t live_config;
static int calls;

static void destroy(void *user_data) { (void)user_data; }
static void on_event(microsip_event_t event, void *user_data) { (void)event; (void)user_data; }

/* A handle of a kind whose slot had an earlier use: the present one is of another generation. */
static uint64_t freed(unsigned kind) {
    microsip_endpoint_config_t config;
    OK(microsip_endpoint_config_new(&config));
    OK(microsip_endpoint_config_free(config));
    return (config.token & ((UINT64_C(1) << 56) - 1)) | (uint64_t)kind << 56;
}

enum demand { ANY, WORKS, FAILS, INVALID, WRONG, STALE };

/* Arguments are looked at one after the other; these are of others than the handle. */
static int earlier(microsip_status_t status) {
    return status == MICROSIP_STATUS_NULL_ARGUMENT || status == MICROSIP_STATUS_INVALID_ENUM
        || status == MICROSIP_STATUS_INVALID_ARGUMENT || status == MICROSIP_STATUS_INVALID_UTF8
        || status == MICROSIP_STATUS_UNSUPPORTED || status == MICROSIP_STATUS_BUFFER_TOO_SMALL;
}

/* An out-parameter after a failure. */
static void zeroed(const char *function, const void *out, size_t size) {
    const unsigned char *byte = out;
    while (size--)
        if (byte[size]) FAIL("%s: an out-parameter is not zeroed", function);
}

static void judge(const char *what, enum demand demand, microsip_status_t status) {
    const char *name = microsip_status_name(status), *message = status ? microsip_last_error_message() : "";
    int good = 1;
    ++calls;
    if (status == MICROSIP_STATUS_PANIC || status == MICROSIP_STATUS_INTERNAL || status > 0 || !strcmp(name, "unknown"))
        FAIL("%s: %s (%d): %s", what, name, (int)status, message);
    if (status && !message[0]) FAIL("%s: %s: no message", what, name);
    switch (demand) {
    case ANY: break;
    case WORKS: good = status == MICROSIP_STATUS_OK; break;
    case FAILS: good = status != MICROSIP_STATUS_OK; break;
    case INVALID: good = status == MICROSIP_STATUS_INVALID_HANDLE || earlier(status); break;
    case WRONG: good = status == MICROSIP_STATUS_WRONG_HANDLE || earlier(status); break;
    case STALE: good = status == MICROSIP_STATUS_STALE_HANDLE || earlier(status); break;
    }
    if (!good) FAIL("%s: %s (%s)", what, name, message);
}

"#;

const EPILOGUE: &str = r#"
int main(void) {
    uint16_t port;
    unsigned objects;
    microsip_call_t callee;
    microsip_account_t other;
    (void)texts;
    make_settings();
    OK(microsip_endpoint_config_new(&live_config));
    zeros();
    first_missing();
    forged();
    wrong_kind();
    freed_handles();
    /* With an engine, a call that is up, and an event of it. */
    live_endpoint = start_endpoint(&port);
    live_account = add_account(live_endpoint, "ann", port);
    other = add_account(live_endpoint, "bob", port);
    OK(microsip_endpoint_events(live_endpoint, &live_events));
    connect_calls(live_events, live_account, other, &live_call, &callee);
    live_event = wait_event(live_events, MICROSIP_EVENT_KIND_CALL_STATE);
    ask_for_objects();
    wrong_kind();
    live_null();
    live_wild();
    /* The endpoint has survived it. */
    OK(microsip_endpoint_hang_up_all(live_endpoint));
    ends();
    OK(microsip_endpoint_close(live_endpoint));
    live_null();
    live_wild();
    zeros();
    freed_handles();
    OK(microsip_event_free(live_event));
    OK(microsip_events_free(live_events));
    OK(microsip_call_free(callee));
    OK(microsip_call_free(live_call));
    OK(microsip_account_free(other));
    OK(microsip_account_free(live_account));
    OK(microsip_endpoint_free(live_endpoint));
    OK(microsip_endpoint_config_free(live_config));
    free_settings();
    objects = free_objects();
    printf("misuse: ok, %d calls, %u kinds of objects besides\n", calls, objects);
    if (objects < 40) FAIL("only %u kinds of objects could be had", objects);
    return 0;
}
"#;

fn survives(mode: Mode) {
    let folder = folder();
    let source = folder.path().join("misuse.c");
    fs::write(&source, program()).unwrap();
    let said = execute(&compile(&source, mode, folder.path()), mode);
    assert!(said.contains("misuse: ok"), "{said}");
}

#[test]
fn every_function_survives_misuse() {
    survives(Mode::Sanitized);
}

#[test]
fn every_function_survives_misuse_under_valgrind() {
    survives(Mode::Valgrind);
}
