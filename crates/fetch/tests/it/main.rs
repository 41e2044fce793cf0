//! The client against servers on loopback, in one program so that it is linked once.

mod common;
mod mail;
mod nasty;
mod pages;
mod robots;
