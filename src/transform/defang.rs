//! Makes indicators harmless to click on, and turns them back.
