"""Indicators for the anti-corruption unit: who decides below the advice, alone and how often; each a question, never a finding."""
