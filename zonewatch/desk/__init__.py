"""The review desk: pages and a JSON API over one service layer, served to one house's analysts."""
