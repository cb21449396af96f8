"""Signs S3 and DynamoDB requests with boto3 and prints what would be sent; nothing is sent.

The credentials are the ones of the public AWS documentation, and the clock stands still,
so that the signatures are always the same.
"""

import datetime
import os
import types
from unittest import mock

import boto3
import botocore.auth
from botocore.awsrequest import AWSResponse

MOMENT = datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)


class StoppedClock(datetime.datetime):
    """A datetime class whose utcnow() is always the same moment."""

    @classmethod
    def utcnow(cls):
        return MOMENT.replace(tzinfo=None)


class Raw:
    """The body of an answer, as urllib3 would give it."""

    def __init__(self, content):
        self.content = content

    def stream(self, *args, **kwargs):
        yield self.content


def client(service, sent, answer=b""):
    """Returns a client that keeps its requests in sent and answers each of them with answer."""
    session = boto3.session.Session(
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        region_name="eu-central-1",
    )
    made = session.client(service)

    def keep(request, **_):
        sent.append(request)
        return AWSResponse(request.url, 200, {}, Raw(answer))

    made.meta.events.register("before-send", keep)
    return made


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def show(request):
    """Prints the parts of a request that do not change with the version of boto3."""
    print(request.method, request.url)
    for name in sorted(request.headers):
        if name.lower() in ("authorization", "x-amz-date", "x-amz-content-sha256", "x-amz-target"):
            print(f"  {name}: {text(request.headers[name])}")


def main():
    os.environ.update(AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull)
    sent = []
    with stopped_clock():
        store = client("s3", sent)
        store.list_objects_v2(Bucket="example-bucket", Prefix="logs/")
        table = client("dynamodb", sent, b'{"Item": {"id": {"S": "7"}, "count": {"N": "42"}}}')
        item = table.get_item(TableName="things", Key={"id": {"S": "7"}})["Item"]
        link = store.generate_presigned_url(
            "get_object", Params={"Bucket": "example-bucket", "Key": "a b.txt"}, ExpiresIn=60
        )
    for request in sent:
        show(request)
    print("item", sorted(item.items()))
    print("link", link)


def stopped_clock():
    """Returns a context in which botocore's signers take MOMENT for now.

    botocore asked datetime.datetime.utcnow() up to 1.40, and asks get_current_datetime() since.
    """
    return mock.patch.multiple(
        botocore.auth,
        create=True,
        datetime=types.SimpleNamespace(datetime=StoppedClock),
        get_current_datetime=StoppedClock.utcnow,
    )


if __name__ == "__main__":
    main()
