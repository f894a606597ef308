"""The function get-job-status in Python: the same read of the same item, with the AWS SDK."""

import json
import os
from urllib.parse import quote

import boto3

dynamodb = boto3.client("dynamodb")
table = os.environ["SATSUMA_TABLE"]


def handler(event, _context):
    instance = event["requestContext"]["authorizer"]["lambda"]["instance"]
    job_id = event["pathParameters"]["id"]
    key = {"pk": {"S": f"JOB#{quote(instance, safe='')}#{job_id}"}, "sk": {"S": "JOB"}}
    item = dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
    if item is None:
        return answer(404, {"code": "job_not_found", "message": f"there is no job `{job_id}`"})
    job = json.loads(item["job"]["S"])
    return answer(200, {"jobId": job["id"], "jobStatus": job["state"]})


def answer(status, body):
    headers = {"content-type": "application/json"}
    return {"statusCode": status, "headers": headers, "body": json.dumps(body)}
