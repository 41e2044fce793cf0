//! The client against servers on loopback, in one program so that it is linked once.

#[cfg(test)]
mod common;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod mailbox;
#[cfg(test)]
mod nasty;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod private_ca;
#[cfg(test)]
mod quiet;
#[cfg(test)]
mod real;
#[cfg(test)]
mod robots;
#[cfg(test)]
mod stream;
