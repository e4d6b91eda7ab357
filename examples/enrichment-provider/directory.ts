// What the provider knows: a few companies and people that do not exist, under names that are kept for examples.

export interface Company {
  readonly name: string;
  readonly primary_domain: string;
  readonly website_url: string;
  readonly linkedin_url: string;
  readonly industry: string;
  readonly estimated_num_employees: number;
  readonly country: string;
}

export interface Person {
  readonly first_name: string;
  readonly last_name: string;
  readonly title: string;
  readonly email: string;
  readonly phone_numbers: readonly { readonly sanitized_number: string }[];
  readonly organization: Company | null;
}

type CompanyRow = readonly [domain: string, name: string, industry: string, employees: number, country: string];
type PersonRow = readonly [email: string, firstName: string, lastName: string, title: string, phone: string];

const COMPANY_ROWS: readonly CompanyRow[] = [
  ['example.com', 'Example Ltd', 'tools', 42, 'Iceland'],
  ['ferries.example', 'Northern Ferries', 'shipping', 310, 'Norway'],
  ['bakery.example', 'Panadería Sol', 'food', 18, 'Mexico'],
  ['observatory.example', 'Mauna Observatory', 'research', 95, 'United States'],
  ['tea.example', 'Uji Tea Merchants', 'wholesale', 27, 'Japan'],
  ['bicycles.example', 'Fietsfabriek Noord', 'manufacturing', 140, 'Netherlands'],
];

const PERSON_ROWS: readonly PersonRow[] = [
  ['ada@example.com', 'Ada', 'Jónsdóttir', 'Engineer', '+3545550100'],
  ['kari@ferries.example', 'Kari', 'Nilsen', 'Harbour Master', '+4755501000'],
  ['haruka@tea.example', 'Haruka', 'Mori', 'Head of Tasting', '+81355501000'],
];

const companyOf = ([domain, name, industry, employees, country]: CompanyRow): Company => ({
  name,
  primary_domain: domain,
  website_url: `https://${domain}`,
  linkedin_url: `https://linkedin.example/company/${domain.split('.')[0]}`,
  industry,
  estimated_num_employees: employees,
  country,
});

export const COMPANIES: ReadonlyMap<string, Company> = new Map(COMPANY_ROWS.map((row) => [row[0], companyOf(row)]));

const personOf = ([email, first_name, last_name, title, phone]: PersonRow): Person => ({
  first_name,
  last_name,
  title,
  email,
  phone_numbers: [{ sanitized_number: phone }],
  organization: COMPANIES.get(email.slice(email.indexOf('@') + 1)) ?? null,
});

export const PEOPLE: ReadonlyMap<string, Person> = new Map(PERSON_ROWS.map((row) => [row[0], personOf(row)]));
