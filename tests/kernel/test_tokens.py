from helpdesk.kernel.tokens import derived_token, hash_token, new_token


def test_tokens_are_long_and_never_the_same():
    tokens = {new_token() for _ in range(100)}

    assert len(tokens) == 100
    assert min(len(token) for token in tokens) >= 32


def test_a_derived_token_follows_from_nonce_purpose_and_our_secret(settings):
    token = derived_token("access-link", "nonce")

    assert derived_token("access-link", "nonce") == token
    assert derived_token("demo-login", "nonce") != token
    settings.SECRET_KEY = "another"
    assert derived_token("access-link", "nonce") != token


def test_what_is_stored_does_not_say_what_the_token_is():
    assert "geheim" not in hash_token("geheim")
    assert len(hash_token("geheim")) == 64
