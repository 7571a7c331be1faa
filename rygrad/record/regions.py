"""Which region a municipality lies in: the five regions of 2007–2026, by ISO 3166-2, and their 98 municipalities.

Region Sjælland and Region Hovedstaden become Region Østdanmark in 2027, which has no code yet: until it has one, its
municipalities stay where they were, and a series over the turn of the year stays one series.
"""

_MUNICIPALITIES = {
    "DK-81": "0773 0787 0810 0813 0820 0825 0840 0846 0849 0851 0860",
    "DK-82": "0615 0657 0661 0665 0671 0706 0707 0710 0727 0730 0740 0741 0746 0751 0756 0760 0766 0779 0791",
    "DK-83": "0410 0420 0430 0440 0450 0461 0479 0480 0482 0492 0510 0530 0540 0550 0561 0563 0573 0575 0580 0607 0621 "
    "0630",
    "DK-84": "0101 0147 0151 0153 0155 0157 0159 0161 0163 0165 0167 0169 0173 0175 0183 0185 0187 0190 0201 0210 0217 "
    "0219 0223 0230 0240 0250 0260 0270 0400",
    "DK-85": "0253 0259 0265 0269 0306 0316 0320 0326 0329 0330 0336 0340 0350 0360 0370 0376 0390",
}
REGION_OF = {code: region for region, codes in _MUNICIPALITIES.items() for code in codes.split()}
"""By municipality code (four digits) the region's code."""
