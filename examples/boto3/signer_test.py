"""Tests that requests are signed as AWS would check them."""

import hashlib
import hmac
import unittest

from botocore.exceptions import ParamValidationError
from examples.boto3 import signer


def signature(secret, date, region, service, to_sign):
    """Computes Signature Version 4 by its definition."""
    key = ("AWS4" + secret).encode()
    for part in (date, region, service, "aws4_request", to_sign):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key.hex()


class SignerTest(unittest.TestCase):
    def test_signature(self):
        sent = []
        with signer.stopped_clock():
            signer.client("s3", sent).list_objects_v2(Bucket="example-bucket")
        (request,) = sent
        nothing = hashlib.sha256(b"").hexdigest()
        canonical = "\n".join(
            [
                "GET",
                "/",
                "encoding-type=url&list-type=2",
                "host:example-bucket.s3.eu-central-1.amazonaws.com",
                f"x-amz-content-sha256:{nothing}",
                "x-amz-date:20240102T030405Z",
                "",
                "host;x-amz-content-sha256;x-amz-date",
                nothing,
            ]
        )
        scope = "20240102/eu-central-1/s3/aws4_request"
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        wanted = signature(
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "20240102",
            "eu-central-1",
            "s3",
            f"AWS4-HMAC-SHA256\n20240102T030405Z\n{scope}\n{digest}",
        )
        self.assertTrue(signer.text(request.headers["Authorization"]).endswith(f"Signature={wanted}"))

    def test_answer(self):
        table = signer.client("dynamodb", [], b'{"Item": {"id": {"S": "1"}}}')
        item = table.get_item(TableName="things", Key={"id": {"S": "1"}})["Item"]
        self.assertEqual(item, {"id": {"S": "1"}})

    def test_parameters_are_checked(self):
        with self.assertRaises(ParamValidationError):
            signer.client("dynamodb", []).get_item(TableName="things")


if __name__ == "__main__":
    unittest.main()
