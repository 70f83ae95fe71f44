//! csrc/zero.c, which takes memset's place for big areas.
#![allow(unsafe_code)]

// Takes care that the archive is linked.
use pjsip_sys as _;

unsafe extern "C" {
    fn microsip_zero(ptr: *mut std::ffi::c_void, len: usize);
}

#[test]
fn zeroes_what_it_was_given_and_nothing_else() {
    const GUARD: usize = 64;
    for len in [0usize, 1, 4096, 128 * 1024 - 1, 128 * 1024, 3 * 1024 * 1024 + 5] {
        // A byte in an otherwise empty area, at places where chunks begin and end, and an area without zeros.
        let mut places: Vec<Option<usize>> = [0, 1, 4094, 4095, 4096, 4097, 8191, 8192, len.saturating_sub(1)]
            .into_iter()
            .filter(|&place| place < len)
            .map(Some)
            .collect();
        places.push(None);
        for place in places {
            let mut area = vec![0u8; len + 2 * GUARD];
            match place {
                Some(place) => area[GUARD + place] = 1,
                None => area.fill(0xa5),
            }
            area[..GUARD].fill(0x5a);
            area[GUARD + len..].fill(0x5a);
            // SAFETY: `len` bytes of the vector, from GUARD on.
            unsafe { microsip_zero(area.as_mut_ptr().add(GUARD).cast(), len) };
            assert!(
                area[GUARD..GUARD + len].iter().all(|&byte| byte == 0),
                "{len} bytes, {place:?}"
            );
            let guards = [&area[..GUARD], &area[GUARD + len..]];
            assert!(
                guards.concat().iter().all(|&byte| byte == 0x5a),
                "{len} bytes, {place:?}: wrote outside"
            );
        }
    }
}
