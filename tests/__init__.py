"""Everything that shows whether the appliance works; importable so that suites can share peers."""
