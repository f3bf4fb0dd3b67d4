"""Files on their way in: handed in, read and counted, applied or given up."""

from __future__ import annotations

from village_hub.imports.service.applying import Applying as Applying
from village_hub.imports.service.applying import begin_applying as begin_applying
from village_hub.imports.service.applying import forget_rows as forget_rows
from village_hub.imports.service.applying import go_on as go_on
from village_hub.imports.service.applying import keep_drafts as keep_drafts
from village_hub.imports.service.applying import write as write
from village_hub.imports.service.importers import Draft as Draft
from village_hub.imports.service.importers import Importer as Importer
from village_hub.imports.service.importers import Parts as Parts
from village_hub.imports.service.importers import Staged as Staged
from village_hub.imports.service.importers import Standing as Standing
from village_hub.imports.service.importers import open_importer as open_importer
from village_hub.imports.service.importers import register_importer as register_importer
from village_hub.imports.service.importers import source_key as source_key
from village_hub.imports.service.runs import Overtaken as Overtaken
from village_hub.imports.service.runs import approve as approve
from village_hub.imports.service.runs import begin as begin
from village_hub.imports.service.runs import discard as discard
from village_hub.imports.service.runs import give_up as give_up
from village_hub.imports.service.runs import start as start
from village_hub.imports.service.runs import start_by_hand as start_by_hand
from village_hub.imports.service.runs import upload as upload
from village_hub.imports.service.staging import Batch as Batch
from village_hub.imports.service.staging import Reading as Reading
from village_hub.imports.service.staging import begin_reading as begin_reading
from village_hub.imports.service.staging import finish_reading as finish_reading
from village_hub.imports.service.staging import stage as stage
