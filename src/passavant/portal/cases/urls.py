"""Addresses of the console, below the language."""

from __future__ import annotations

from django.urls import path

from passavant.portal.cases import action_views as actions
from passavant.portal.cases.answer_views import answer_file
from passavant.portal.cases.bulk_views import bulk
from passavant.portal.cases.photo_views import photo
from passavant.portal.cases.views import case, cases, find

__all__ = ["urlpatterns"]

urlpatterns = [
    path("cases/", cases, name="cases"),
    path("cases/search/", find, name="cases_search"),
    path("cases/next/", actions.take_next, name="cases_next"),
    path("cases/bulk/", bulk, name="cases_bulk"),
    path("cases/capacity/", actions.capacity, name="cases_capacity"),
    path("cases/photos/<slug:digest>/", photo, name="cases_photo"),
    path("cases/answers/<int:number>/", answer_file, name="case_answer_file"),
    path("cases/<int:number>/", case, name="case"),
    path("cases/<int:number>/take/", actions.take, name="case_take"),
    path("cases/<int:number>/act/<slug:action>/", actions.act, name="case_act"),
    path("cases/<int:number>/second/", actions.second, name="case_second"),
    path("cases/<int:number>/withdraw/", actions.withdraw, name="case_withdraw"),
    path("cases/<int:number>/result/", actions.result, name="case_result"),
    path("cases/<int:number>/names/", actions.names, name="case_names"),
]
