//! Folders that older versions wrote have to open, as they are, for ever.
#![cfg(test)]

mod common;

use std::fs;
use std::path::Path;

use common::{everything, fill, journal, open, small};
use gehoor_store::maintain;

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_of_format_1_opens_and_goes_on() {
    // written with segments of 2,000 bytes: three closed ones, the open one, a snapshot; one record was erased
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/format-1");
    let dir = tempfile::tempdir().unwrap();
    for folder in ["journal", "snapshots"] {
        fs::create_dir(dir.path().join(folder)).unwrap();
        for item in fs::read_dir(fixture.join(folder)).unwrap() {
            let item = item.unwrap();
            fs::copy(item.path(), dir.path().join(folder).join(item.file_name())).unwrap();
        }
    }
    let report = maintain::verify(dir.path(), &mut |_, _| {}).unwrap();
    assert!(report.is_good(), "{report:?}");
    assert_eq!((report.entries, report.erased, report.snapshots.as_slice()), (20, 1, [12].as_slice()));
    let (store, _) = open(dir.path(), &small());
    insta::assert_snapshot!(everything(&store).join("\n"));
    let entries = journal(&store);
    assert_eq!(entries.len(), 20);
    assert!(!entries[2].contains("bank") && entries[3].contains("bank"));
    assert_eq!(store.position(), report.head);
    fill(&store, 3).await;
    store.close().unwrap();
    assert!(maintain::verify(dir.path(), &mut |_, _| {}).unwrap().is_good());
}
