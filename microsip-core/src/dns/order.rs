//! The order in which SRV records are tried (RFC 2782).

use std::hash::{BuildHasher, Hasher, RandomState};

/// One SRV record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Srv {
    pub(super) priority: u16,
    pub(super) weight: u16,
    pub(super) port: u16,
    /// Without final dot; empty for `.`, which declines the service.
    pub(super) target: String,
}

/// A number below `bound`, from the randomness that seeds hash maps.
pub(super) fn random_below(bound: u32) -> u32 {
    ((u64::from(RandomState::new().build_hasher().finish() as u32) * u64::from(bound)) >> 32) as u32
}

/// Lower priorities first; within one priority by lot, where a record's chance is its weight.
pub(super) fn arrange(mut records: Vec<Srv>, mut below: impl FnMut(u32) -> u32) -> Vec<Srv> {
    // Those without weight first, as the RFC's algorithm wants it.
    records.sort_by_key(|r| (r.priority, r.weight));
    let mut arranged = Vec::with_capacity(records.len());
    while let Some(first) = records.first() {
        let priority = first.priority;
        let group = records.iter().take_while(|r| r.priority == priority).count();
        let total: u32 = records[..group].iter().map(|r| u32::from(r.weight)).sum();
        let lot = below(total + 1);
        let mut sum = 0;
        let chosen = records[..group]
            .iter()
            .position(|r| {
                sum += u32::from(r.weight);
                sum >= lot
            })
            .unwrap_or(0);
        arranged.push(records.remove(chosen));
    }
    arranged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn srv(priority: u16, weight: u16, target: &str) -> Srv {
        Srv {
            priority,
            weight,
            port: 5060,
            target: target.to_owned(),
        }
    }

    #[test]
    fn priorities_come_first_and_nothing_is_lost() {
        let all = vec![srv(20, 100, "c"), srv(10, 0, "a"), srv(10, 5, "b"), srv(30, 0, "d")];
        for _ in 0..100 {
            let order = arrange(all.clone(), random_below);
            assert_eq!(order.len(), 4);
            assert!(order.windows(2).all(|w| w[0].priority <= w[1].priority), "{order:?}");
        }
    }

    #[test]
    fn weights_are_chances() {
        let all = vec![srv(0, 30, "small"), srv(0, 90, "large")];
        let first = |_| arrange(all.clone(), random_below)[0].target == "large";
        let large = (0..4000).filter(|i| first(*i)).count();
        // 3000 expected (3/4 of 4000), standard deviation 27.
        assert!((2800..3200).contains(&large), "{large} of 4000");
    }

    #[test]
    fn lots_at_both_ends_are_used() {
        let all = vec![srv(0, 1, "a"), srv(0, 1, "b")];
        assert_eq!(arrange(all.clone(), |_| 0)[0].target, "a");
        assert_eq!(arrange(all, |bound| bound - 1)[0].target, "b");
    }
}
