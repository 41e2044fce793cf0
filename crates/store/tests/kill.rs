//! The program is killed with -9 under load, again and again in the same folder.
#![cfg(test)]

mod common;

use common::crash::{Writer, random_time, verify};

const ROUNDS: u64 = 30;

#[test]
fn nothing_acknowledged_is_lost_when_the_program_is_killed() {
    let dir = tempfile::tempdir().unwrap();
    let (mut acknowledged, mut last) = (0, 0);
    for round in 1..=ROUNDS {
        // a new folder now and then, so that verifying stays quick and the first seconds are hit too
        let data = dir.path().join(format!("data {}", round / 8));
        if round % 8 == 0 {
            last = 0;
        }
        let mut writer = Writer::start(&data);
        writer.run(random_time(round, 400));
        writer.kill();
        let (head, count) = writer.end();
        last = last.max(head);
        acknowledged += count;
        println!("round {round}: {count} acknowledged; {}", verify(&data, last));
    }
    println!("{ROUNDS} rounds, {acknowledged} acknowledged commits, none lost");
    assert!(acknowledged > ROUNDS);
}
