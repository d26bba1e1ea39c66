//! Stops on SIGTERM and SIGINT, with nothing but the C library that Rust's own stands on.

use std::io;
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::thread;

const SIGINT: i32 = 2;
const SIGTERM: i32 = 15;
const SIG_BLOCK: i32 = 0;

/// sigset_t of the GNU C library: 1024 signals, one bit each.
#[repr(C)]
struct SignalSet([u64; 16]);

extern "C" {
    fn pthread_sigmask(how: i32, set: *const SignalSet, old: *mut SignalSet) -> i32;
    fn sigwait(set: *const SignalSet, signal: *mut i32) -> i32;
}

/// Whether the service has been told to stop.
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    pub fn requested(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// Waits for a signal in the background; to be called before there are other threads.
///
/// The first signal wakes `listener`, which then finds that a stop is requested.
pub fn on_signal(listener: &TcpListener) -> io::Result<Stop> {
    let address = listener.local_addr()?;
    let requested = Arc::new(AtomicBool::new(false));
    let mut signals = SignalSet([0; 16]);
    signals.0[0] = 1 << (SIGINT - 1) | 1 << (SIGTERM - 1);
    // SAFETY: the set has the C library's layout, and both functions only read it.
    unsafe { pthread_sigmask(SIG_BLOCK, &signals, std::ptr::null_mut()) };
    let stop = Stop(requested.clone());
    thread::spawn(move || {
        let mut signal = 0;
        // SAFETY: as above; `signal` outlives the call.
        unsafe { sigwait(&signals, &mut signal) };
        requested.store(true, Ordering::Release);
        // Wakes `accept`.
        drop(TcpStream::connect(("127.0.0.1", address.port())));
    });
    Ok(stop)
}
