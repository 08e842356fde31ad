"""Make `vectors/vcwallet` and `vectors/published-figures`: our own cases, and small figures that others published.

Our own cases are the samples of `examples/`, each with what is to be expected of it. The figures are facts transcribed
from specifications: keys, hashes and proof values, each with the place where it is printed.
"""

import hashlib
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from tools import make_examples

VECTORS = Path(__file__).resolve().parents[1] / "vectors"

AT = "2026-03-01T12:00:00Z"

# What is to be expected of each sample: verdict, the checks that say why, and the reason in words.
EXPECTED: dict[str, tuple[str, list[str], str]] = {
    "badge.json": ("valid", [], "Signed with the key that the college publishes."),
    "badge-by-address.json": ("valid", [], "The issuer is an https address that publishes its key."),
    "badge-jcs.json": ("valid", [], "P-384 over canonical JSON."),
    "badge-signed-twice.json": ("valid", [], "Both proofs fit, and one is the issuer's."),
    "badge.jwt": ("valid", [], "A token with the key of the issuer's document."),
    "badge.png": ("valid", [], "The badge is baked into the picture."),
    "badge-jwt.png": ("valid", [], "The token is baked into the picture."),
    "badge.svg": ("valid", [], "The badge is baked into the picture."),
    "badge-jwt.svg": ("valid", [], "The token is baked into the picture."),
    "badge-expired.json": ("invalid", ["period"], "It was valid until February."),
    "badge-forged.json": ("invalid", ["proof"], "The name of the achievement was changed after signing."),
    "badge-by-a-stranger.json": ("invalid", ["issuer"], "The key is not one of the college's."),
    "badge-issuer-unreachable.json": ("indeterminate", ["proof"], "Nobody answers at the issuer."),
}

FIGURES: dict[str, Any] = {
    "data_integrity": [
        {
            "suite": "ecdsa-jcs-2019",
            "key": "zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP",
            "proof_hash": "fe5799489119c7fe3c528715e72bd39d2ec6b4ab345978df32e9a9312648ec25",
            "document_hash": "59b7cb6251b8991add1ce0bc83107e3db9dbbab5bd2c28f687db1a03abc92f19",
            "proof_value": "z5ptCet75SaEgzG4v4zJhbJtfNi74Wv7Fq15hhKouJQQjEPQvPZKaYxcMXAMLPQS2FXrkCWokNJkFVkwxNzZfD5oT",
            "source": "VC-DI-ECDSA, test vectors",
        },
        {
            "suite": "ecdsa-jcs-2019",
            "key": "z82LkuBieyGShVBhvtE2zoiD6Kma4tJGFtkAhxR5pfkp5QPw4LutoYWhvQCnGjdVn14kujQ",
            "proof_hash": "83e5057817abb0c6872eafeaba1a9e53893c58eeb7414fb6d8aa3fa8c7917f7ad4792890b257c598baa17f4f"
            "be6d183c",
            "document_hash": "3e0be671cc1881035d463158c80921973dab3534d4f8dfacf4ff2725a4115eb718e49d66de0e90e7365cd606"
            "2abf2259",
            "proof_value": "zq3EuTeLiGurmB2JR5oL8oWEsT7u2tba4HT1oZbiMYWc5qzsoW2kLYcBcF4HM5vCpJyTkceULKrVXuJQkXeN5seL"
            "4uXrFNFRMm53GWy1Yrto8rTWxZi9DkNeWP7yUPs7ELAm",
            "source": "VC-DI-ECDSA, test vectors",
        },
        {
            "suite": "ecdsa-rdfc-2019",
            "key": "zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP",
            "proof_hash": "3a8a522f689025727fb9d1f0fa99a618da023e8494ac74f51015d009d35abc2e",
            "document_hash": "03f59e5b04ab575b1172cb684f22eede72f0e9033e0b5c67d0e2506768d6ce11",
            "proof_value": "z4y9rJ7JxwfZZUBAHgDHJh7FzMbsycPhEtcSHqrfyn7fx3S5MWdajNu1r6SsJmirzfcWHe7vp9XKHmRqW6qe7u3d3",
            "source": "VC-DI-ECDSA, test vectors, employment authorization",
        },
        {
            "suite": "ecdsa-rdfc-2019",
            "key": "zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP",
            "proof_hash": "3a8a522f689025727fb9d1f0fa99a618da023e8494ac74f51015d009d35abc2e",
            "document_hash": "517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017",
            "proof_value": "zaHXrr7AQdydBk3ahpCDpWbxfLokDqmCToYm2dyWvpcFVyWooC2he63w1f7UNQoAMKdhaRtcnaE2KTo5o5vTCcfw",
            "source": "VC-DI-ECDSA, test vectors",
        },
        {
            "suite": "ecdsa-rdfc-2019",
            "key": "z82LkuBieyGShVBhvtE2zoiD6Kma4tJGFtkAhxR5pfkp5QPw4LutoYWhvQCnGjdVn14kujQ",
            "proof_hash": "e32805a26492eac777aa7a138f6d8da3c74e0c7be7b296dcaccf97420c3b92eaad7be6449ca565e165031567"
            "f5c7cbc1",
            "document_hash": "1033878f36ffb458c6495fec9c8814dad5215aad131041e6667db28fef6ea718d0de0eb4546bf527746ad2bc"
            "908a4320",
            "proof_value": "zz3ca1oME3iYPHM8SgApWFUFVQjiaL9moPqCZ1NAENj3biEQ34qc1ex5VJNLD4jh4N4MY2cmDyDCYGv7EyD87yCG"
            "Ywag8wRwiJE1xiHKLhTEhDQFNfuNMsgLiZnqpkCDJPye",
            "source": "VC-DI-ECDSA, test vectors, employment authorization",
        },
        {
            "suite": "ecdsa-rdfc-2019",
            "key": "z82LkuBieyGShVBhvtE2zoiD6Kma4tJGFtkAhxR5pfkp5QPw4LutoYWhvQCnGjdVn14kujQ",
            "proof_hash": "e32805a26492eac777aa7a138f6d8da3c74e0c7be7b296dcaccf97420c3b92eaad7be6449ca565e165031567"
            "f5c7cbc1",
            "document_hash": "8bf6e01df72c5b62f91b685231915ac4b8c58ea95f002c6b8f6bfafa1b251df476b56b8e01518e317dab099d"
            "3ecbff96",
            "proof_value": "z967Mvv5bxtmLNqTzPZ8KmJjFmFXaAKeQNzq7GWnQkMcLtaGSSmuozE5WtJ8PipMe178B1tE28K1vsJur9bGVJhz"
            "6jgSJsRHFSQeqgH8hhjcg8gZDFJC1b9FsR5ggNmDBqHv",
            "source": "VC-DI-ECDSA, test vectors",
        },
        {
            "suite": "Ed25519Signature2020",
            "key": "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
            "proof_hash": "04e14bcf5727cba0c0aa04a04d22a56fef915d5f8f7756bb92ae67cb1d0c4847",
            "document_hash": "517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017",
            "proof_value": "z57Mm1vboMtZiCyJ4aReZsv8co4Re64Y8GEjL1ZARzMbXZgkARFLqFs1P345NpPGG2hgCrS4nNdvJhpwnrNyG3kEF",
            "source": "VC-DI-EDDSA, test vectors",
        },
        {
            "suite": "eddsa-jcs-2022",
            "key": "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
            "proof_hash": "66ab154f5c2890a140cb8388a22a160454f80575f6eae09e5a097cabe539a1db",
            "document_hash": "59b7cb6251b8991add1ce0bc83107e3db9dbbab5bd2c28f687db1a03abc92f19",
            "proof_value": "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX",
            "source": "VC-DI-EDDSA, test vectors",
        },
        {
            "suite": "eddsa-rdfc-2022",
            "key": "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
            "proof_hash": "bea7b7acfbad0126b135104024a5f1733e705108f42d59668b05c0c50004c6b0",
            "document_hash": "03f59e5b04ab575b1172cb684f22eede72f0e9033e0b5c67d0e2506768d6ce11",
            "proof_value": "zeuuS9pi2ZR8Q41bFFJKS9weSWkwa7pRcxHTHzxjDEHtVSZp3D9Rm3JdzT82EQpmXMb9wvfFJLuDPeSXZaRX1q1c",
            "source": "VC-DI-EDDSA, test vectors, employment authorization",
        },
        {
            "suite": "eddsa-rdfc-2022",
            "key": "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
            "proof_hash": "bea7b7acfbad0126b135104024a5f1733e705108f42d59668b05c0c50004c6b0",
            "document_hash": "517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017",
            "proof_value": "z2YwC8z3ap7yx1nZYCg4L3j3ApHsF8kgPdSb5xoS1VR7vPG3F561B52hYnQF9iseabecm3ijx4K1FBTQsCZahKZme",
            "source": "VC-DI-EDDSA, test vectors",
        },
    ],
    "bbs": [
        {
            "secret_key": "60e55110f76883a13d030b2f6bd11883422d5abde717569fc0731f51237169fc",
            "public_key": "a820f230f6ae38503b86c70dc50b61c58a77e45c39ab25c0652bbaa8fa136f2851bd4781c9dcde39fc9d1d52c9e6"
            "0268061e7d7632171d91aa8d460acee0e96f1e7c4cfb12d3ff9ab5d5dc91c277db75c845d649ef3c4f63aebc364c"
            "d55ded0c",
            "header": "11223344556677889900aabbccddeeff",
            "messages": [
                "9872ad089e452c7b6e283dfac2a80d58e8d0ff71cc4d5e310a1debdda4a45f02",
                "c344136d9ab02da4dd5908bbba913ae6f58c2cc844b802a6f811f5fb075f9b80",
                "7372e9daa5ed31e6cd5c825eac1b855e84476a1d94932aa348e07b73",
                "77fe97eb97a1ebe2e81e4e3597a3ee740a66e9ef2412472c",
                "496694774c5604ab1b2544eababcf0f53278ff50",
                "515ae153e22aae04ad16f759e07237b4",
                "d183ddc6e2665aa4e2f088af",
                "ac55fb33a75909ed",
                "96012096",
                "",
            ],
            "signature": "8339b285a4acd89dec7777c09543a43e3cc60684b0a6f8ab335da4825c96e1463e28f8c5f4fd0641d19cec5920d3"
            "a8ff4bedb6c9691454597bbd298288abed3632078557b2ace7d44caed846e1a0a1e8",
            "presentation_header": "bed231d880675ed101ead304512e043ade9958dd0241ea70b4b3957fba941501",
            "disclosed_indexes": [0, 2, 4, 6],
            "proof": "a2ed608e8e12ed21abc2bf154e462d744a367c7f1f969bdbf784a2a134c7db2d340394223a5397a3011b1c340ebc"
            "415199462ba6f31106d8a6da8b513b37a47afe93c9b3474d0d7a354b2edc1b88818b063332df774c141f7a07c48f"
            "e50d452f897739228c88afc797916dca01e8f03bd9c5375c7a7c59996e514bb952a436afd24457658acbaba5ddac"
            "2e693ac481356918cd38025d86b28650e909defe9604a7259f44386b861608be742af7775a2e71a6070e5836f5f5"
            "4dc43c60096834a5b6da295bf8f081f72b7cdf7f3b4347fb3ff19edaa9e74055c8ba46dbcb7594fb2b06633bb532"
            "4192eb9be91be0d33e453b4d3127459de59a5e2193c900816f049a02cb9127dac894418105fa1641d5a206ec9c42"
            "177af9316f433417441478276ca0303da8f941bf2e0222a43251cf5c2bf6eac1961890aa740534e519c1767e1223"
            "392a3a286b0f4d91f7f25217a7862b8fcc1810cdcfddde2a01c80fcc90b632585fec12dc4ae8fea1918e9ddeb941"
            "4623a457e88f53f545841f9d5dcb1f8e160d1560770aa79d65e2eca8edeaecb73fb7e995608b820c4a64de6313a3"
            "70ba05dc25ed7c1d185192084963652f2870341bdaa4b1a37f8c06348f38a4f80c5a2650a21d59f09e8305dcd3fc"
            "3ac30e2a",
            "source": "BBS Signatures (CFRG), BLS12-381-SHA-256: multi-message signature, multiple messages revealed",
        }
    ],
    "identity_hashes": [
        {
            "identifier": "a@example.com",
            "salt": "Kosher",
            "hash_begins": "sha256$b5809d8a",
            "source": "Open Badges 3.0, IdentityObject",
        },
        {
            "identifier": "jjefferson18@example.com",
            "salt": "FleurDeSel",
            "hash_begins": "sha256$658625b2",
            "source": "Open Badges 3.0, IdentityObject",
        },
        {
            "identifier": "mayze",
            "salt": "",
            "hash_begins": "sha256$7a1a1b3f",
            "source": "Open Badges 3.0, IdentityHash",
        },
    ],
    "thumbprints": [
        {
            "jwk": {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
            "thumbprint": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
            "source": "RFC 8037, A.3",
        }
    ],
    "signatures": [
        {
            "algorithm": "Ed25519",
            "public_key_hex": "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "message_hex": "",
            "signature_hex": "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
            "source": "RFC 8032, 7.1, test 1",
        }
    ],
}


def _own_cases() -> dict[str, bytes]:
    files = {"world.json": _json(make_examples.world())}
    for name, content in make_examples.samples().items():
        verdict, checks, reason = EXPECTED[name]
        folder = name.replace(".", "-")
        case = {
            "id": f"vcwallet/{folder}",
            "description": f"The sample {name}.",
            "input": name,
            "at": AT,
            "expect": {"verdict": verdict, "checks": checks},
            "reason": reason,
        }
        if verdict != "valid":
            case["accepted_neighbour"] = "vcwallet/badge-json"
        files |= {f"{folder}/case.json": _json(case), f"{folder}/{name}": content}
    return files


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def write_family(family: str, files: dict[str, bytes], passport: dict[str, str]) -> None:
    """Write a family anew: its files, and SOURCE.toml with the digest of each."""
    folder = VECTORS / family
    shutil.rmtree(folder, ignore_errors=True)
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    lines = [f"{key} = {json.dumps(value)}" for key, value in passport.items()]
    lines += ["", "[sha256]"]
    lines += [f"{json.dumps(name)} = {json.dumps(hashlib.sha256(files[name]).hexdigest())}" for name in sorted(files)]
    (folder / "SOURCE.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    common = {"generator": "tools/make_vectors.py", "licence": "Apache-2.0", "date": "2026-11-24"}
    origin = "Made for this project with its own code. People, institutions and keys are inventions."
    write_family("vcwallet", _own_cases(), {"title": "Our own samples, as cases", "origin": origin, **common})
    origin = "Facts printed in the documents that each figure names."
    title = "Keys, hashes and signatures printed in specifications"
    write_family("published-figures", {"figures.json": _json(FIGURES)}, {"title": title, "origin": origin, **common})
    sys.stdout.write("made vectors/vcwallet and vectors/published-figures\n")


if __name__ == "__main__":
    main()
