"""Calendar: seasons, breaks, bootstrap days, normal lags and windows of game dates."""
