"""The addresses of the citizen's and the relatives' pages."""

from django.urls import path

from rygrad.web.citizen import answering, looks, mine, relative, sharing

_OWN = "mit-forloeb"
addresses = [
    path(_OWN, mine.mine, name="mine"),
    path(f"{_OWN}/spoergsmaal", answering.begin, name="questions"),
    path(f"{_OWN}/spoergsmaal/<str:own>/<str:step>", answering.ask, name="question"),
    path(f"{_OWN}/spoergsmaal/<str:own>/<str:step>/svar", answering.answer, name="question_answer"),
    path(f"{_OWN}/deling", sharing.sharing, name="sharing"),
    path(f"{_OWN}/deling/<str:own>", sharing.sharing_of, name="sharing_of"),
    path(f"{_OWN}/deling/<str:own>/inviter", sharing.invite, name="invite_relative"),
    path(f"{_OWN}/deling/<str:own>/stop", sharing.revoke, name="stop_sharing"),
    path(f"{_OWN}/deling/<str:own>/spaer", sharing.block, name="block_part"),
    path(f"{_OWN}/deling/<str:own>/som/<str:to>", sharing.as_relative, name="as_relative"),
    path(f"{_OWN}/hvem-har-set", looks.my_looks, name="my_looks"),
    path(f"{_OWN}/mine-data", looks.my_data, name="my_data"),
    path(f"{_OWN}/mine-data/fil", looks.my_data_file, name="my_data_file"),
    path(f"{_OWN}/mine-data/side", looks.my_data_page, name="my_data_page"),
    path("delt-med-mig", relative.shared_with_me, name="shared_with_me"),
    path("delt-med-mig/<str:own>", relative.shared_course, name="shared_course"),
    path("hvem-er-jeg", relative.act_as, name="act_as"),
    path(f"{_OWN}/forloeb/<str:own>", mine.mine_course, name="mine_course"),
    path(f"{_OWN}/forloeb/<str:own>/laest", mine.read_information, name="read_information"),
]
