"""The shipped scenarios, each read once by a worker: nothing can change one."""

from functools import cache

import foedus.scenario

load = cache(foedus.scenario.load)
