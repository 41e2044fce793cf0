//! The tantivy index of mentions; every query takes a scope.
