"""Publishes with Eclipse Paho what stdin says, and ends when the broker has it all.

{"port": …, "version": 4 | 5, "username": …, "password": …, "ca": …, "cert": …, "key": …,
 "messages": [{"topic": …, "payload": …, "qos": …}]}
"""

import json
import sys

import paho.mqtt.client as mqtt

job = json.load(sys.stdin)
# Paho 2 wants to be told whose callbacks these are; Paho 1 does not know the question.
versions = getattr(mqtt, "CallbackAPIVersion", None)
client = mqtt.Client(*([versions.VERSION2] if versions else []), protocol=job.get("version", mqtt.MQTTv311))
if "username" in job:
    client.username_pw_set(job["username"], job["password"])
if "ca" in job:
    client.tls_set(ca_certs=job["ca"], certfile=job["cert"], keyfile=job["key"])
client.connect("localhost" if "ca" in job else "127.0.0.1", job["port"])
client.loop_start()
for message in job["messages"]:
    client.publish(message["topic"], message["payload"], message["qos"]).wait_for_publish(10)
client.disconnect()
client.loop_stop()
