//! What tests share: builders, a fake clock, a scripted transport, a world.
