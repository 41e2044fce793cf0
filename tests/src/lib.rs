//! What holds for the whole house: the tests are in the files beside this folder.
