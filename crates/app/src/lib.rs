//! The program gehoor: commands, configuration, assembly, demo.
