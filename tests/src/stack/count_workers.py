"""The emulator takes a number that comes from a parameter for text, and its poller stumbles over it."""
import boto3

functions = boto3.client("lambda")
for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
    if not mapping.get("ScalingConfig"):
        continue
    at_once = int(mapping["ScalingConfig"]["MaximumConcurrency"])
    functions.update_event_source_mapping(UUID=mapping["UUID"], ScalingConfig={"MaximumConcurrency": at_once})
