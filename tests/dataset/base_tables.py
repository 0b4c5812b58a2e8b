"""A small clean dataset with every table, and the three ways to write it."""

import csv
import io
import zipfile
from copy import deepcopy

import openpyxl

Tables = dict[str, list[list[object]]]
"""Per table its records, the header first; cells are text."""

_TEXT = {
    "periods": """
        period_id,start,end,weeks
        P1,2026-09-01,2026-10-26,8
        P2,2026-11-02,2026-12-20,
        P3,2027-01-11,2027-03-21,9.5""",
    "trajectories": """
        trajectory_id,name,sector,education,hours_per_week,days_per_week,max_sites,min_block_weeks
        LOG,Logistiek,logistiek,secondary,20,3,2,4
        ZORG,Zorg,,adult,,,,""",
    "competences": """
        trajectory_id,competence_id,name,module,kind,qualification,learn_at,weeks,window_from,window_to,weight,requires
        LOG,ontvangen,Ontvangt goederen,M1,kunnen,BK-1,workplace|school,2,P1,P3,1.5,
        LOG,heftruck,Rijdt met de heftruck,M2,kunnen,BK-2,training_centre,,,,,ontvangen
        ZORG,basiszorg,Geeft basiszorg,,,,workplace,4,,,,
        ZORG,ontvangen,Ontvangt bezoek,,,,school,,,,,""",
    "contexts": """
        trajectory_id,group_id,context_id,name,at_least,weeks,weight
        LOG,voertuig,reachtruck,Reachtruck,1,2,1
        LOG,voertuig,stapelaar,Stapelaar,1,,""",
    "sites": """
        site_id,enterprise_id,name,postcode,lat,lon,capacity,min_age,languages,supports,demands,start_time
        W1,E1,Magazijn Noord,9000,51.05,3.72,2,16,nl|fr,rustige_plek,tillen,07:30
        W2,E1,Magazijn Zuid,9300,,,1,,,,,
        W3,E2,Huis Oost,9200,51.0123456789,4.1,3,,nl,,,""",
    "recognitions": """
        site_id,trajectory_id,valid_from,valid_to
        W1,LOG,,
        W2,LOG,2025-01-01,2026-12-31
        W2,LOG,2027-01-01,
        W3,ZORG,2024-09-01,2029-08-31""",
    "offers": """
        site_id,trajectory_id,competence_id,period_from,period_to
        W1,LOG,ontvangen,,
        W1,LOG,reachtruck,P1,P2
        W1,LOG,reachtruck,P3,
        W2,LOG,ontvangen,,P3
        W3,ZORG,basiszorg,,""",
    "mentors": """
        mentor_id,site_id,max_learners,hours_per_week,supports,trained_on,available_from,available_to
        M1,W1,2,3.5,extra_uitleg,2025-05-01,,
        M2,W2,1,,,2025-05-01,2026-09-01,2027-06-30
        M3,W3,2,,,,,""",
    "learners": """
        learner_id,trajectory_id,school_id,postcode,lat,lon,birth_date,modes,max_travel_minutes,languages,guidance_hours,ready_from,first_lesson
        L1,LOG,S1,9000,,,2009-03-01,bike|pt,45,nl,,,2026-09-01
        L2,LOG,S1,9300,50.94,4.03,2008-01-15,,60,nl|fr,1.25,2026-10-01,
        L3,ZORG,S2,9200,,,1990-07-20,car,,nl,,,""",
    "requirements": """
        site_id,trajectory_id,competence_id
        W1,LOG,heftruck""",
    "courses": """
        course_id,trajectory_id,competence_id,period_id,seats,provider,postcode,lat,lon
        C1,LOG,heftruck,P1,6,Centrum,9000,51.0,3.7""",
    "enterprises": """
        enterprise_id,name,max_learners
        E1,Magazijnen,3
        E2,Huizen,""",
    "support_needs": """
        learner_id,need,level,required
        L1,rustige_plek,2,true
        L2,extra_uitleg,,""",
    "abilities": """
        learner_id,demand,status,assessed_by,assessed_on
        L1,tillen,yes,arts,2026-06-01
        L2,tillen,unknown,,""",
    "acquired": """
        learner_id,competence_id
        L2,ontvangen""",
    "preferences": """
        learner_id,site_id,by,preference
        L1,W1,learner,1
        L1,W1,site,0.5
        L2,W2,,-0.25""",
    "placements": """
        learner_id,period_id,site_id,mentor_id,status
        L1,P1,W1,M1,signed
        L1,P2,W1,,proposed
        L2,,W1,,refused""",
    "travel": """
        learner_id,site_id,minutes
        L1,W2,51.5""",
    "guidance": """
        learner_id,mentor_id,hours_per_week
        L1,M1,1.5""",
    "scores": """
        learner_id,site_id,success
        L1,W1,0.85""",
}
_BASE = {
    name: list(csv.reader(line.strip() for line in text.strip().splitlines()))
    for name, text in _TEXT.items()
}


def base_tables() -> Tables:
    return deepcopy(_BASE)


def csv_bytes(records, separator=",", encoding="utf-8"):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(records)
    return text.getvalue().encode(encoding)


def write_folder(tables, path, **habits):
    path.mkdir(parents=True, exist_ok=True)
    for name, records in tables.items():
        path.joinpath(f"{name}.csv").write_bytes(csv_bytes(records, **habits))
    return path


def write_zip(tables, path, top=""):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, records in tables.items():
            archive.writestr(f"{top}{name}.csv", csv_bytes(records))
    return path


def write_workbook(tables, path):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, records in tables.items():
        sheet = book.create_sheet(name)
        for row, record in enumerate(records, 1):
            for column, cell in enumerate(record, 1):
                if cell != "":
                    sheet.cell(row, column).value = cell
                    if isinstance(cell, str):
                        sheet.cell(row, column).data_type = "s"
    book.save(path)
    return path


def write_as(form, tables, folder):
    if form == "folder":
        return write_folder(tables, folder / "data")
    if form == "zip":
        return write_zip(tables, folder / "data.zip")
    return write_workbook(tables, folder / "data.xlsx")


FORMS = ("folder", "zip", "xlsx")
