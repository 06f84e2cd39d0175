"""The screens against their types: svelte-check finds a field that the contract does not have and a
word that a language lacks. Two planted faults must be found, and nothing else."""

import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The build of the screens has fetched what checks them.
MODULES = ROOT / "build/dev/appliance/webui/node_modules"
HANG_DEADLINE_SECONDS = 600
COMPLAINT = re.compile(r'^\d+ (?:ERROR|WARNING) "([^"]+)"', re.MULTILINE)
PLANTED = {
    "src/planted_field.ts": """import { get } from './lib/api/client';
export const planted = async () => (await get('/api/v1/plans')).no_such_field;
""",
    "src/planted_word.ts": """import { t } from './lib/i18n/index.svelte';
export const planted = t('no.such.word');
""",
}


class Screens(unittest.TestCase):
    def test_svelte_check_complains_of_the_planted_faults_alone(self):
        with tempfile.TemporaryDirectory(prefix="mnara-screens-") as folder:
            webui = Path(folder) / "webui"
            shutil.copytree(ROOT / "webui", webui,
                            ignore=shutil.ignore_patterns("node_modules", "dist"))
            shutil.copytree(ROOT / "appliance/http/openapi",
                            Path(folder) / "appliance/http/openapi")
            (webui / "node_modules").symlink_to(MODULES)
            for name, text in PLANTED.items():
                (webui / name).write_text(text, encoding="utf-8")
            done = subprocess.run(["npm", "run", "--silent", "check", "--", "--output", "machine"],
                                  cwd=webui, capture_output=True, text=True, check=False,
                                  timeout=HANG_DEADLINE_SECONDS)
            said = done.stdout + done.stderr
            self.assertEqual(set(COMPLAINT.findall(said)), set(PLANTED), said)
            self.assertNotEqual(done.returncode, 0, said)


class Words(unittest.TestCase):
    """What the box says by a word alone has a sentence on the screens; Swahili then has it too."""

    @classmethod
    def setUpClass(cls):
        folder = ROOT / "webui/src/lib/i18n"
        english = "".join(part.read_text(encoding="utf-8") for part in folder.glob("en_*.ts"))
        cls.keys = set(re.findall(r"^  '([^']+)':", english, re.MULTILINE))

    def of(self, group):
        return {key.removeprefix(group) for key in self.keys if key.startswith(group)}

    def test_every_reason_why_a_setting_is_refused_is_said(self):
        contract = (ROOT / "appliance/http/openapi/3-schemas/common.yaml").read_text(encoding="utf-8")
        listed = re.search(r"reason:\s+type: string\s+enum: \[([^\]]+)\]", contract).group(1)
        self.assertEqual(self.of("setting.why."), set(re.findall(r"\w+", listed)))
        rules = (ROOT / "appliance/usecases/setting_rules.cpp").read_text(encoding="utf-8")
        used = set(re.findall(r'"([a-z_]+)",\s*(?:\{\}|\d+|Least)', rules))
        self.assertEqual(used | {"unknown_setting"}, self.of("setting.why."))

    def test_every_kind_of_alert_has_a_title_and_a_sentence(self):
        self.assertGreater(len(self.of("alert.say.")), 0)
        self.assertEqual(self.of("alert.say."), self.of("alert.kind."))


if __name__ == "__main__":
    unittest.main()
