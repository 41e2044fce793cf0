//! What tests share: a clock that is set by hand, a scripted network, builders, and a world in memory.
//!
//! Rules: a test says only what it is about, the builders fill in the rest; time moves only when the test says so; the
//! network answers only what was scripted, and remembers what it was asked.

pub mod build;
pub mod clock;
pub mod net;
pub mod world;

pub use clock::{FakeClock, PausedClock};
pub use net::{Answer, Asked, Net};
pub use world::World;
