//! The whole of it over a real engine in memory: who may see what, forms, headers, live changes, the interface for
//! programs.
#![cfg(test)]

mod desk;
mod forms;
mod house;
mod lists;
mod pages;
mod people;
mod programs;
