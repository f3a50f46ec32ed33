//! The exports. This module and the allocator say `unsafe`.
#![allow(unsafe_code)]

use crate::answer::respond;
use crate::message::framed;

/// Returns a buffer of `length` bytes, all zero, for the caller to fill and to free.
#[unsafe(no_mangle)]
pub extern "C" fn tailproof_alloc(length: usize) -> *mut u8 {
    leak(vec![0; length])
}

/// Frees a buffer.
///
/// # Safety
/// `start` and `length` must be those of one buffer that [`tailproof_alloc`] or [`tailproof_call`]
/// returned and that was not freed. The length of an answer is 4 and its first four bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tailproof_free(start: *mut u8, length: usize) {
    let bytes = std::ptr::slice_from_raw_parts_mut(start, length);
    // SAFETY: `leak` made the pointer of a boxed slice of this length, and nobody freed it.
    drop(unsafe { Box::from_raw(bytes) });
}

/// Answers a message. The caller frees both.
///
/// # Safety
/// `start` must be a buffer that [`tailproof_alloc`] returned for `length` bytes, or more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tailproof_call(start: *const u8, length: usize) -> *mut u8 {
    // SAFETY: the caller says that the buffer has so many bytes, and nothing writes to it meanwhile.
    let message = unsafe { std::slice::from_raw_parts(start, length) };
    leak(framed(&respond(message)))
}

fn leak(bytes: Vec<u8>) -> *mut u8 {
    Box::leak(bytes.into_boxed_slice()).as_mut_ptr()
}
