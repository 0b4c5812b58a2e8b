"""What a run leaves for people and programs: tables, summary, report."""

from matcher.report.html import write_report as write_report
from matcher.report.run_files import RunFiles as RunFiles
from matcher.report.run_files import read_run_files as read_run_files
from matcher.report.run_files import write_run_files as write_run_files
