def cose_receipt(*a, **k):
    return b""
