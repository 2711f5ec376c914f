-- What shop.rankings must hold for the business date $1, from the design sheet alone, and where it differs.
-- Nothing here is shared with the job: days are compared as days, and a rank is counted, not asked of rank().
with bought as (
  select user_id, sum(amount_yen) as yen
  from shop.orders
  where (ordered_at at time zone 'Asia/Tokyo')::date between $1::date - 29 and $1::date
  group by user_id
),
totals as (
  select id as user_id, coalesce((select yen from bought where bought.user_id = users.id), 0) as score from shop.users
),
places as (
  select score, 1 + coalesce(sum(count(*)) over (order by score desc rows between unbounded preceding and 1 preceding), 0) as rank
  from totals group by score
),
expected as (
  select totals.user_id, places.rank, totals.score from totals join places on places.score = totals.score
)
select coalesce(expected.user_id, found.user_id) as user_id,
       expected.rank as expected_rank, expected.score as expected_score,
       found.rank as found_rank, found.score as found_score, found.business_date::text as found_date
from expected full join shop.rankings found on found.user_id = expected.user_id
where (expected.rank, expected.score, $1::date) is distinct from (found.rank::numeric, found.score::numeric, found.business_date)
order by 1
