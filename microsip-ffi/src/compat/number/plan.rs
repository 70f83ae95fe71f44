//! Dial plans.

use std::ffi::c_char;

use microsip_core::compat::dialplan::DialPlan;

use crate::base::{Fault, Out, free, get, guard, put, share, text};
use crate::handle;
use crate::status::microsip_status_t;

/// A compiled dial plan (`dialPlan` of `microsip.ini`). Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_dial_plan_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_dial_plan_t, 166, "dial plan", DialPlan);

/// What a dial plan makes of a number. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_dial_plan_result_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_dial_plan_result_t, 167, "dial plan result", PlanResult);

/// The library's `PlanMatch`, and what an empty plan gives.
#[derive(Debug)]
pub struct PlanResult {
    alternative: usize,
    pattern: String,
    number: String,
}

/// Reads a plan: alternatives with `|` between them, in which `x` is any character, `[2-9]` one of a class, `.` repeats
/// the element before it zero or more times, and `<from:to>` replaces. An empty text is a plan that leaves every number
/// as it is.
///
/// Statuses: `INVALID_ARGUMENT` for a plan longer than 4096 bytes or with control characters, for unbalanced brackets,
/// for a repetition of nothing or of a replacement; the message quotes the alternative.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dial_plan_parse(
    source: *const c_char,
    plan: *mut microsip_dial_plan_t,
) -> microsip_status_t {
    guard("microsip_dial_plan_parse", || {
        let out = Out::new(plan, "plan")?;
        out.set(put(DialPlan::parse(text(source, "source")?)?)?);
        Ok(())
    })
}

/// The text it was read from. Lent until the plan is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dial_plan_source(
    plan: microsip_dial_plan_t,
    source: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_dial_plan_source", || {
        let out = Out::new(source, "source")?;
        let object = get(plan)?;
        let p = &**object;
        out.set(object.lend(p.source()));
        Ok(())
    })
}

/// Whether there is no alternative; numbers are then left alone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dial_plan_is_empty(
    plan: microsip_dial_plan_t,
    is_empty: *mut bool,
) -> microsip_status_t {
    guard("microsip_dial_plan_is_empty", || {
        let out = Out::new(is_empty, "is_empty")?;
        let object = get(plan)?;
        let p = &**object;
        out.set(p.is_empty());
        Ok(())
    })
}

/// What the plan makes of a number, as a new object to be freed: the first alternative that matches the entire text
/// wins. An empty plan gives the number unchanged, with alternative 0. Takes time linear in the length of the number,
/// whatever the plan.
///
/// Statuses: `NO_VALUE` when no alternative matches, which makes the number invalid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dial_plan_apply(
    plan: microsip_dial_plan_t,
    number: *const c_char,
    result: *mut microsip_dial_plan_result_t,
) -> microsip_status_t {
    guard("microsip_dial_plan_apply", || {
        let out = Out::new(result, "result")?;
        let number = text(number, "number")?;
        let plan = get(plan)?;
        let result = match plan.is_empty() {
            true => PlanResult {
                alternative: 0,
                pattern: String::new(),
                number: number.to_owned(),
            },
            false => {
                let found = plan
                    .explain(number)
                    .ok_or_else(|| Fault::none("alternative that matches"))?;
                PlanResult {
                    alternative: found.alternative,
                    pattern: found.pattern,
                    number: found.result,
                }
            }
        };
        out.set(put(result)?);
        Ok(())
    })
}

/// Another handle to the same plan, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dial_plan_clone(
    plan: microsip_dial_plan_t,
    clone: *mut microsip_dial_plan_t,
) -> microsip_status_t {
    guard("microsip_dial_plan_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(plan)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_dial_plan_free(plan: microsip_dial_plan_t) -> microsip_status_t {
    guard("microsip_dial_plan_free", || free(plan))
}

/// The number of the alternative that matched, from 1 as it stands in the plan; 0 of an empty plan.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dial_plan_result_alternative(
    result: microsip_dial_plan_result_t,
    alternative: *mut usize,
) -> microsip_status_t {
    guard("microsip_dial_plan_result_alternative", || {
        let out = Out::new(alternative, "alternative")?;
        let object = get(result)?;
        let r = &**object;
        out.set(r.alternative);
        Ok(())
    })
}

/// That alternative's text. Lent until the result is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dial_plan_result_pattern(
    result: microsip_dial_plan_result_t,
    pattern: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_dial_plan_result_pattern", || {
        let out = Out::new(pattern, "pattern")?;
        let object = get(result)?;
        let r = &**object;
        out.set(object.lend(&r.pattern));
        Ok(())
    })
}

/// The number after the replacements; may be empty. Lent until the result is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dial_plan_result_number(
    result: microsip_dial_plan_result_t,
    number: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_dial_plan_result_number", || {
        let out = Out::new(number, "number")?;
        let object = get(result)?;
        let r = &**object;
        out.set(object.lend(&r.number));
        Ok(())
    })
}

/// Another handle to the same result, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dial_plan_result_clone(
    result: microsip_dial_plan_result_t,
    clone: *mut microsip_dial_plan_result_t,
) -> microsip_status_t {
    guard("microsip_dial_plan_result_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(result)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_dial_plan_result_free(result: microsip_dial_plan_result_t) -> microsip_status_t {
    guard("microsip_dial_plan_result_free", || free(result))
}
