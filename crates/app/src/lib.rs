#![doc = include_str!("../README.md")]

pub mod assemble;
pub mod cli;
pub mod commands;
pub mod config;
pub mod demo;
mod progress;
pub mod serve;
mod telemetry;
