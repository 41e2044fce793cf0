//! Stands in until the finder of locations is there.
use gehoor_domain::assessment::Located;
use gehoor_domain::location::{Brand, Locations};
use gehoor_domain::mention::Mention;

pub(crate) struct Locator;
impl Locator {
    pub(crate) fn new(_: &Brand, _: &Locations) -> Self {
        Self
    }
    pub(crate) fn locate(&self, _: &Mention) -> Option<Located> {
        None
    }
}
