from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from village_hub.cli import main

ROOT = Path(__file__).parents[2]
OWN = {"migrate", "web", "live", "worker"}
SECRET = re.compile(r"secret|password|token|key", re.I)

Services = dict[str, dict[str, Any]]


@pytest.fixture
def services() -> Services:
    return dict(yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"])


def test_the_compose_file_keeps_its_rules(services: Services) -> None:
    assert faults(services) == []


@pytest.mark.parametrize(
    ("service", "key", "value", "fault"),
    [
        ("web", "user", "root", "web runs as root"),
        ("worker", "read_only", False, "worker writes into its image"),
        ("live", "cap_drop", [], "live keeps privileges"),
        ("web", "healthcheck", None, "web has no health check"),
        ("database", "ports", ["5432:5432"], "database is open to the outside"),
        ("live", "depends_on", {}, "live does not wait for the migration"),
        ("web", "env_file", [], "web has no env file"),
        ("web", "environment", {"VILLAGE_HUB_SECRET_KEY": "village"}, "web carries a secret in the open"),
        ("doorbell", "image", "valkey/valkey", "doorbell takes whatever version comes"),
        ("worker", "command", ["carry"], "worker calls a command that is not there"),
    ],
)
def test_a_broken_rule_is_named(services: Services, service: str, key: str, value: object, fault: str) -> None:
    broken = copy.deepcopy(services)
    broken[service][key] = value

    assert faults(broken) == [fault]


def test_the_proxy_knows_the_services_behind_it(services: Services) -> None:
    configuration = (ROOT / "docs" / "operations" / "nginx.conf").read_text()

    behind = set(re.findall(r"set \$\w+ (\w+):8000;", configuration))

    assert behind == {"web", "live"}
    assert behind <= services.keys()


def test_every_env_file_has_an_example_without_secrets(services: Services) -> None:
    needed = {name for service in services.values() for name in service.get("env_file", [])}

    examples = {
        path.name.removesuffix(".example"): path for path in (ROOT / "docs" / "operations").glob("*.env.example")
    }

    assert needed == examples.keys()
    assert [
        path for path in examples.values() if re.search(r"^\w*(SECRET|PASSWORD)\w*=.", path.read_text(), re.M)
    ] == []


def faults(services: Services) -> list[str]:
    """Every broken rule of the topology, in words."""
    found = [f"{name} is missing" for name in ({"database", "doorbell", "proxy"} | OWN) - services.keys()]
    for name, service in services.items():
        rules = {
            "runs as root": not service.get("user") or service["user"] in ("root", "0"),
            "writes into its image": not service.get("read_only"),
            "keeps privileges": service.get("cap_drop") != ["ALL"],
            "has no health check": name != "migrate" and not service.get("healthcheck"),
            "is open to the outside": name != "proxy" and bool(service.get("ports")),
            "carries a secret in the open": any(SECRET.search(key) for key in service.get("environment", {})),
            "takes whatever version comes": name not in OWN and ":" not in service.get("image", ""),
            **(_own_rules(name, service) if name in OWN else {}),
        }
        found += [f"{name} {rule}" for rule, is_broken in rules.items() if is_broken]
    return found


def _own_rules(name: str, service: dict[str, Any]) -> dict[str, bool]:
    waits_for = service.get("depends_on", {}).get("migrate", {}).get("condition")
    return {
        "does not wait for the migration": name != "migrate" and waits_for != "service_completed_successfully",
        "has no env file": not service.get("env_file"),
        "calls a command that is not there": service.get("command", [""])[0] not in main.commands,
    }
