//! What is done with incoming calls and requests.

use microsip_core::{
    AutoAnswer, CallPolicy, IncomingPolicy, ReplacesPolicy, StatusCode, TransferPolicy, TransferRules,
};

use crate::args::{AcceptTransferArg, ForwardArg, PolicyArgs, RunArgs, domain_of};
use crate::exit::Failure;

/// Who may transfer us.
pub(super) fn transfers(accept: AcceptTransferArg) -> TransferRules {
    let rules = TransferRules::new();
    match accept {
        AcceptTransferArg::No => rules,
        AcceptTransferArg::Ask => rules
            .in_call(TransferPolicy::Ask)
            .outside(TransferPolicy::Ask)
            .replaces(ReplacesPolicy::Ask),
        AcceptTransferArg::Yes => rules.in_call(TransferPolicy::Accept).replaces(ReplacesPolicy::Accept),
        AcceptTransferArg::Any => transfers(AcceptTransferArg::Yes).outside(TransferPolicy::Accept),
    }
}

/// What is sent at once. A call that is to be taken later, or from some callers only, is left to [`auto_answer`].
pub(super) fn incoming(args: &PolicyArgs) -> IncomingPolicy {
    match args.auto_answer {
        Some(code) if !takes_later(args) => IncomingPolicy::Answer(code),
        _ => IncomingPolicy::Ask,
    }
}

/// Whether the code of `--auto-answer` takes calls, under the conditions of other options.
fn takes_later(args: &PolicyArgs) -> bool {
    args.auto_answer.is_some_and(is_success) && (args.auto_answer_from.is_some() || args.auto_answer_delay.is_some())
}

fn is_success(code: StatusCode) -> bool {
    code.code() / 100 == 2
}

fn auto_answer(args: &PolicyArgs) -> Result<Option<AutoAnswer>, Failure> {
    let always = takes_later(args);
    if !always && !args.auto_answer_header && args.auto_answer_from.is_none() {
        return Ok(None);
    }
    let mut auto = AutoAnswer::new()
        .always(always)
        .by_header(args.auto_answer_header)
        .delay(args.auto_answer_delay.unwrap_or_default())
        // As `--auto-answer` alone.
        .beside_other_calls(always);
    if let Some(pattern) = &args.auto_answer_from {
        auto = auto.callers(pattern)?;
    }
    Ok(Some(auto))
}

/// What happens to incoming calls before they ring.
pub(super) fn calls(args: &RunArgs) -> Result<CallPolicy, Failure> {
    let policies = &args.policies;
    let mut policy = CallPolicy::new()
        .do_not_disturb(policies.dnd)
        .call_waiting(policies.call_waiting);
    policy.rules.clone_from(&policies.rules.0);
    policy.auto_answer = auto_answer(policies)?;
    policy.hang_up_after = args.calls.hang_up_after;
    let own = args.account.aor.as_ref().map(|aor| aor.get("--account")).transpose()?;
    let complete = |target: &str| match own {
        _ if target.contains([':', '@']) => Ok(target.to_owned()),
        Some(aor) => Ok(format!("sip:{target}@{}", domain_of(aor))),
        None => Err(Failure::usage(
            "--forward: a target without domain gets the account's; give --account, or sip:USER@HOST",
        )),
    };
    let mut seen = Vec::new();
    for forward in &policies.forward {
        let forward = forward.get("--forward")?;
        let kind = std::mem::discriminant(forward);
        if seen.contains(&kind) {
            return Err(Failure::usage(
                "--forward: always, busy and no-answer may be given once each",
            ));
        }
        seen.push(kind);
        policy = match forward {
            ForwardArg::Always(target) => policy.forward_always(complete(target)?),
            ForwardArg::Busy(target) => policy.forward_busy(complete(target)?),
            ForwardArg::NoAnswer(after, target) => policy.forward_no_answer(*after, complete(target)?),
        };
    }
    Ok(policy)
}
