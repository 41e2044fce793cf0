//! Lists of mail addresses and of the houses they belong to.

use crate::plug::BadConfig;

/// Addresses (`jo@shop.example`) and hosts with all below them (`shop.example`, `@shop.example`).
#[derive(Debug, Clone, Default)]
pub(super) struct Senders(Vec<String>);

impl Senders {
    /// Reads a list; `key` is how it is called in configuration.
    pub(super) fn new(key: &str, list: &[String]) -> Result<Self, BadConfig> {
        let read = |text: &String| {
            let text = text.trim().to_lowercase();
            let host = text.rsplit('@').next().unwrap_or_default();
            let fits =
                !host.is_empty() && !text.contains(char::is_whitespace) && text.matches('@').count() <= 1;
            let entry = text.strip_prefix('@').unwrap_or(&text).to_owned();
            if fits {
                Ok(entry)
            } else {
                Err(BadConfig(format!("`{key}` holds neither an address nor a host")))
            }
        };
        Ok(Self(list.iter().map(read).collect::<Result<_, _>>()?))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this address (in small letters) is among them.
    pub(super) fn have(&self, address: &str) -> bool {
        let host = address.rsplit('@').next().unwrap_or_default();
        self.0.iter().any(|entry| match entry.contains('@') {
            true => entry == address,
            false => host == entry || host.strip_suffix(entry).is_some_and(|sub| sub.ends_with('.')),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_itself_and_a_host_is_all_of_it() {
        let list = ["Jo@Shop.example", "@meubelhal.example"].map(str::to_owned);
        let senders = Senders::new("own", &list).unwrap();
        for (address, expected) in [
            ("jo@shop.example", true),
            ("an@shop.example", false),
            ("x@meubelhal.example", true),
            ("x@mail.meubelhal.example", true),
            ("x@nepmeubelhal.example", false),
            ("meubelhal.example@x.example", false),
        ] {
            assert_eq!(senders.have(address), expected, "{address}");
        }
        for bad in ["", "a b@c", "a@b@c", "a@"] {
            assert!(Senders::new("own", &[bad.to_owned()]).is_err(), "{bad}");
        }
    }
}
