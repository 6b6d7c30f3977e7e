"""Sign-in through an administration's own identity provider (OpenID Connect); it opens existing accounts and makes none."""
