//! The allocator of the modules: the system's, which is inlined nowhere.
//!
//! The compiler knows of fresh memory that nothing else is in front of it, and that it is zero where
//! zeros were asked for. Where the system's allocator is inlined, it believes the same of the header
//! that the allocator keeps there. In a module with the code of halo2 it took such a header for zero,
//! and the allocator trapped over it.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};

struct Opaque;

// SAFETY: everything is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Opaque {
    #[inline(never)]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's.
        unsafe { System.alloc(layout) }
    }

    #[inline(never)]
    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        // SAFETY: the caller's.
        unsafe { System.dealloc(start, layout) }
    }

    #[inline(never)]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's.
        unsafe { System.alloc_zeroed(layout) }
    }

    #[inline(never)]
    unsafe fn realloc(&self, start: *mut u8, layout: Layout, length: usize) -> *mut u8 {
        // SAFETY: the caller's.
        unsafe { System.realloc(start, layout, length) }
    }
}

#[global_allocator]
static ALLOCATOR: Opaque = Opaque;
