"""The CQL functions that read Observations, the same for every content.

Every FHIR element is read by its ``.value``, so no library of implicit conversions (FHIRHelpers) is needed. A
translator without one cannot filter a retrieve by code, so all Observations are fetched once. cql-execution sorts
times as text and finds duplicates among whole resources slowly: hence comparisons, not ``sort``, and ``return all``.
"""

OBSERVED = """\
// When it was true, or else when it was issued.
define function "moment"(said FHIR.Observation):
  case
    when said.effective is FHIR.dateTime then (said.effective as FHIR.dateTime).value
    when said.effective is FHIR.instant then (said.effective as FHIR.instant).value
    else Coalesce(
      (said.effective as FHIR.Period)."end".value, (said.effective as FHIR.Period).start.value, said.issued.value)
  end

define function "first day"(at DateTime):
  if at is null or day from at is not null then date from at else Date(year from at, Coalesce(month from at, 1), 1)

define function "dated"(said FHIR.Observation):
  "first day"("moment"(said))

define function "clock"(said FHIR.Observation):
  if hour from "moment"(said) is null then null else "moment"(said)

define function "is by the citizen"(said FHIR.Observation):
  exists (said.performer) and not exists ((said.performer) P
    where not Matches(Coalesce(P.reference.value, ''), '(.*/)?(Patient|RelatedPerson)/[^/]*')
    return all P)

define function "stands"(said FHIR.Observation, fact String):
  case
    when fact is null or said.status.value in { 'entered-in-error', 'cancelled' } then false
    when exists (said.modifierExtension) then false
    when "dated"(said) > "the day" then false
    when fact = 'clarified_alarms' then not "is by the citizen"(said)
    else true
  end

// The Observations that carry one of our codes, are not withdrawn and not of a later day. Only a clinician clarifies.
define "observed":
  [Observation] O
    let fact: First((O.code.coding) C where C.system.value = "system of the facts" return all C.code.value)
    where "stands"(O, fact)
    return all Tuple { fact: fact, observation: O }

define function "observed of"(fact String):
  ("observed") O where O.fact = fact return all O.observation

define function "about"(fact Code):
  "observed of"(fact.code)

// Of the newest day; of these the latest by the clock, then by when they were issued, where all of them say so.
define function "of the last day"(said List<FHIR.Observation>):
  said S
    where not exists (
      said T where "dated"(T) > "dated"(S) or ("dated"(S) is null and "dated"(T) is not null) return all T)
    return all S

define function "of the last clock"(said List<FHIR.Observation>):
  if exists (said S where "clock"(S) is null return all S) then said
    else said S where not exists (said T where "clock"(T) > "clock"(S) return all T) return all S

define function "of the last issue"(said List<FHIR.Observation>):
  if exists (said S where S.issued.value is null return all S) then said
    else said S where not exists (said T where T.issued.value > S.issued.value return all T) return all S

// The newest: one, or several that nothing tells apart in time.
define function "latest"(said List<FHIR.Observation>):
  if Count(said) < 2 then said else "of the last issue"("of the last clock"("of the last day"(said)))

define function "not older than"(said List<FHIR.Observation>, limit Integer):
  said S where (difference in days between "dated"(S) and "the day") <= limit return all S
"""

WORDS = """\
// The Observation, unless it says that the answer is not known (yet).
define function "told"(said FHIR.Observation):
  if said.dataAbsentReason is null and said.status.value in { 'final', 'amended', 'corrected' } then said else null

// The words of our answers in a concept; a code is »fact.word«.
define function "words"(fact Code, concept FHIR.CodeableConcept):
  (concept.coding) C
    where C.system.value = "system of the answers" and StartsWith(C.code.value, fact.code + '.')
    return all Substring(C.code.value, Length(fact.code) + 1)

// One of the allowed words; yes and no may be said as true and false.
define function "word"(fact Code, said FHIR.Observation, allowed List<String>):
  case
    when 'yes' in allowed and (said.value as FHIR.boolean).value is true then 'yes'
    when 'yes' in allowed and (said.value as FHIR.boolean).value is false then 'no'
    else First(("words"(fact, said.value as FHIR.CodeableConcept)) W where W in allowed return all W)
  end

define function "words said"(fact Code, said List<FHIR.Observation>, allowed List<String>):
  said S return all "word"(fact, "told"(S), allowed)

// The one thing that all say; null where they differ, or one of them says nothing that can be read.
define function "agreed word"(spoken List<String>):
  if not exists (spoken W where W is null return all 1) and Count(distinct spoken) = 1 then First(spoken) else null

define function "answer"(fact Code, said List<FHIR.Observation>, allowed List<String>):
  "agreed word"("words said"(fact, said, allowed))

// An alarm sign: the gravest of the newest answers; a sign that was there stays while the newest says nothing.
define function "gravest"(spoken List<String>, graver List<String>):
  First(graver G where G in spoken return all G)

define function "sign"(
  fact Code, said List<FHIR.Observation>, allowed List<String>, graver List<String>, limit Integer):
  Coalesce(
    "gravest"("words said"(fact, "latest"(said), allowed), graver),
    if exists (("words said"(fact, "latest"(said), allowed)) W where W is null return all 1)
      then "gravest"(
        "words said"(
          fact,
          "latest"(said S where "word"(fact, "told"(S), allowed) is not null return all S),
          allowed),
        graver)
      else "answer"(fact, "not older than"("latest"(said), limit), allowed))

// Several answers: one component for each. One that is not understood makes the whole unknown.
define function "is understood"(fact Code, part FHIR.Observation.Component, allowed List<String>):
  exists ("words"(fact, part.code)) and case (part.value as FHIR.boolean).value
    when true then not exists (("words"(fact, part.code)) W where not (W in allowed) return all W)
    when false then true
    else false
  end

define function "list"(fact Code, said FHIR.Observation, allowed List<String>):
  case
    when (said.value as FHIR.boolean).value is false then List<String> { }
    when not exists (said.component) then null
    when exists ((said.component) P where not "is understood"(fact, P, allowed) return all P) then null
    else distinct flatten (
      (said.component) P where (P.value as FHIR.boolean).value return all "words"(fact, P.code))
  end

define function "agreed list"(lists List<List<String>>):
  if not exists (lists L where L is null or L != First(lists) return all 1) then First(lists) else null

define function "answers"(fact Code, said List<FHIR.Observation>, allowed List<String>):
  "agreed list"(said S return all "list"(fact, "told"(S), allowed))

// A clarification covers a sign only if it is not older than what was last said of the sign.
define function "is covered"(clarified List<FHIR.Observation>, seen List<FHIR.Observation>):
  not exists seen or Coalesce(
    if "clock"(First(clarified)) is not null and "clock"(First(seen)) is not null
      then "clock"(First(clarified)) >= "clock"(First(seen))
      else "dated"(First(clarified)) >= "dated"(First(seen)),
    false)

define function "that cover the sign"(clarified List<FHIR.Observation>, signs List<String>):
  signs S where "is covered"(clarified, "latest"("observed of"(S))) return all S

// A day of the calendar; null for a month, a year, or a date that nobody alive can mean.
define function "day"(at DateTime):
  if year from at >= 1900 and year from at <= 2199 and day from at is not null then date from at else null

// What has not happened yet is not known.
define function "from day to day"(first Date, last Date):
  if first <= last and first <= "the day" then Interval[first, last] else null

define function "span"(said FHIR.Observation):
  Coalesce(
    "from day to day"("day"((said.value as FHIR.Period).start.value), "day"((said.value as FHIR.Period)."end".value)),
    "from day to day"("day"((said.value as FHIR.dateTime).value), "day"((said.value as FHIR.dateTime).value)))

define function "agreed days"(spans List<Interval<Date>>):
  if not exists (spans D where D is null or D != First(spans) return all 1) then First(spans) else null

define function "days"(said List<FHIR.Observation>):
  "agreed days"(said S return all "span"("told"(S)))

// A number between the fact's limits, in the fact's own unit where one is given.
define function "amount of"(quantity FHIR.Quantity, unit String):
  if quantity.comparator is null and Coalesce(quantity.code.value, '1') in { '1', unit } then quantity.value.value
    else null

define function "between"(figure Decimal, low Decimal, high Decimal):
  if figure >= low and figure <= high then figure else null

define function "amount"(said FHIR.Observation, unit String, low Decimal, high Decimal):
  "between"(
    Coalesce("amount of"(said.value as FHIR.Quantity, unit), ToDecimal((said.value as FHIR.integer).value)), low, high)

define function "amounts"(said List<FHIR.Observation>, unit String, low Decimal, high Decimal):
  said S return all "amount"("told"(S), unit, low, high)

define function "agreed number"(numbers List<Decimal>):
  if not exists (numbers N where N is null return all 1) and Count(distinct numbers) = 1 then First(numbers) else null

define function "number"(said List<FHIR.Observation>, unit String, low Decimal, high Decimal):
  "agreed number"("amounts"(said, unit, low, high))

// As a sign; the lower, the graver, and ``normal`` is none.
define function "lowest"(numbers List<Decimal>, normal Decimal):
  Min(numbers N where N < normal return all N)

define function "graded sign"(
  said List<FHIR.Observation>, unit String, low Decimal, high Decimal, normal Decimal, limit Integer):
  Coalesce(
    "lowest"("amounts"("latest"(said), unit, low, high), normal),
    if exists (("amounts"("latest"(said), unit, low, high)) N where N is null return all 1)
      then "lowest"(
        "amounts"(
          "latest"(said S where "amount"("told"(S), unit, low, high) is not null return all S),
          unit, low, high),
        normal)
      else "number"("not older than"("latest"(said), limit), unit, low, high))

define function "whole"(figure Decimal):
  if figure = Truncate(figure) then Truncate(figure) else null
"""
