#![doc = include_str!("../README.md")]

pub mod assemble;
pub mod cli;
pub mod commands;
pub mod config;
pub mod demo;
pub mod models;
mod progress;
mod secrets;
pub mod serve;
mod telemetry;

/// Many small records are made and dropped all the time; see the figures in the workspace's manifest.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
