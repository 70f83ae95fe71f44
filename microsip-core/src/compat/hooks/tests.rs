use std::collections::HashSet;

use super::HookEvent;

#[test]
fn every_event_has_its_own_name_key_and_place() {
    let names: HashSet<_> = HookEvent::ALL.iter().map(|e| e.name()).collect();
    let keys: HashSet<_> = HookEvent::ALL.iter().map(|e| e.key()).collect();
    let places: HashSet<_> = HookEvent::ALL.iter().map(|e| *e as usize).collect();
    assert_eq!((names.len(), keys.len()), (8, 8));
    assert!(places.iter().all(|place| *place < 8) && places.len() == 8);
    assert!(keys.iter().all(|key| key.starts_with("cmd")));
}

#[cfg(unix)]
#[path = "process_tests.rs"]
mod processes;
#[cfg(unix)]
#[path = "runner_tests.rs"]
mod runner;
#[cfg(unix)]
#[path = "stage.rs"]
mod stage;
