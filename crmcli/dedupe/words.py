"""What words mean in names, addresses and mail: titles, legal forms, kinds of street, mailboxes of many."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TITLES = _words(
    """
    mr mrs ms miss mx dr prof professor sir dame lady lord rev reverend capt captain herr frau dipl
    monsieur madame mme mlle sra srta signor signora dott
    """,
)
SUFFIXES = _words(
    """
    jr sr ii iii iv phd md esq mba cpa dds dvm jd rn pe obe mbe kc qc bsc msc ba ma
    """,
)

LEGAL = _words(
    """
    inc incorporated corp corporation co company companies llc llp lp ltd limited plc pllc pc pty gmbh ggmbh ag kg
    ohg  gbr ug ev se sa sas sarl srl spa sl slu sc scs bv nv cv vof ab as asa oy oyj aps ltda lda sro spzoo zoo kft
    zrt nyrt  doo dd ooo oao zao pao kk llp lllp pvt pte sdn bhd jsc pjsc tic sti
    """,
)
SMALL = _words(
    """
    the of and und et y e de der die das la le les el los las di du da & a an for
    """,
)
ORGANISATION_WORDS = {
    "tech": "technologies", "technology": "technologies", "mfg": "manufacturing", "mfr": "manufacturing",
    "svcs": "services", "svc": "services", "serv": "services", "ind": "industries", "inds": "industries",
    "intl": "international", "int": "international", "grp": "group", "constr": "construction", "const": "construction",
    "soln": "solutions", "solns": "solutions", "sys": "systems", "lab": "laboratories", "labs": "laboratories",
    "laboratory": "laboratories", "assoc": "associates", "assocs": "associates", "assn": "association",
    "eng": "engineering", "engr": "engineering", "mgmt": "management", "mgt": "management", "dev": "development",
    "univ": "university", "dept": "department", "center": "centre", "ctr": "centre", "natl": "national",
    "amer": "american", "bros": "brothers", "hldgs": "holdings", "hosp": "hospital", "inst": "institute",
    "restaurant": "", "deli": "delicatessen", "saint": "st",
}  # fmt: skip

STREET_WORDS = {
    "street": "st", "str": "st", "strasse": "st", "avenue": "ave", "av": "ave", "road": "rd", "drive": "dr",
    "drv": "dr", "lane": "ln", "boulevard": "blvd", "blv": "blvd", "court": "ct", "crt": "ct", "place": "pl",
    "parkway": "pkwy",
    "pky": "pkwy", "terrace": "tce", "ter": "tce", "terr": "tce", "crescent": "cres", "cr": "cres", "circuit": "cct",
    "circle": "cir", "close": "cl", "square": "sq", "highway": "hwy", "way": "way", "wy": "way", "trail": "trl",
    "north": "n", "south": "s", "east": "e", "west": "w", "northeast": "ne", "northwest": "nw", "southeast": "se",
    "southwest": "sw", "saint": "st", "mount": "mt", "fort": "ft", "first": "1st", "second": "2nd", "third": "3rd",
    "fourth": "4th", "fifth": "5th", "sixth": "6th", "seventh": "7th", "eighth": "8th", "ninth": "9th", "tenth": "10th",
}  # fmt: skip
UNITS = _words(
    """
    apt apartment unit suite ste flat floor fl room rm no bldg building
    """,
)
CITY_WORDS = {
    "saint": "st",
    "sainte": "st",
    "mount": "mt",
    "fort": "ft",
    "north": "n",
    "south": "s",
    "east": "e",
    "west": "w",
}

SHARED_MAILBOXES = _words(
    """
    info sales office admin contact hello support mail enquiries inquiries billing accounts accounting hr jobs team
    help  service marketing press webmaster postmaster kontakt post buero vertrieb contacto noreply reception orders
    administration general
    """,
)
