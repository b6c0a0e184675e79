"""Values become meaning: dossiers, zones, link states, changes, findings. Pure: no network, no clock."""
