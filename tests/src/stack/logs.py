"""Prints everything that the functions and the API have logged."""
import boto3

logs = boto3.client("logs")
for group in logs.describe_log_groups()["logGroups"]:
    for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"]):
        for event in page["events"]:
            print(event["message"].strip())
